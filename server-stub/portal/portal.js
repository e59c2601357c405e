/** The page of the self-service site: signs in, shows the user's own devices, presses their buttons. It calls the routes of portal.ts. */

const tokenKey = 'mockfleet-portal';
const element = (id) => document.getElementById(id);

/** What cannot be undone is asked again, in the words of the one who would lose something. */
const confirmations = {
  wipe: {
    title: (name) => `Wipe ${name}?`,
    text: 'Everything on it goes: apps, pictures, settings. It starts over at its set-up.',
    yes: 'Wipe it',
  },
  retire: {
    title: (name) => `Retire ${name}?`,
    text: 'Work apps and work data go, your own stay. You can enroll it again.',
    yes: 'Retire it',
  },
};

/** What a device waits for, or has done, in words; everything else is simply managed. */
const states = {
  wipePending: 'A wipe waits for it',
  wipeIssued: 'It was wiped',
  retirePending: 'Waits to be retired',
  retireIssued: 'It was retired',
  unhealthy: 'Out of touch',
};

let session = read();

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(tokenKey));
  } catch {
    return null;
  }
}

function keep(next) {
  session = next;
  if (next === null) sessionStorage.removeItem(tokenKey);
  else sessionStorage.setItem(tokenKey, JSON.stringify(next));
}

/** @returns the body of the answer, null for none; throws an Error with the site's own sentence */
async function call(method, path, body) {
  const response = await fetch(`/portal/${path}`, {
    method,
    headers: {
      ...(session === null ? {} : { authorization: `Bearer ${session.token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => undefined);
  if (response === undefined) throw new Error('The site cannot be reached.');
  const text = await response.text();
  const answer = text === '' ? null : JSON.parse(text);
  if (response.ok) return answer;
  if (response.status === 401 && session !== null) keep(null);
  throw new Error(answer?.error?.message ?? `The site answered with ${response.status}.`);
}

function say(sentence) {
  element('notice').textContent = sentence;
}

function make(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function ask({ title, text, yes }, name) {
  element('confirm-title').textContent = title(name);
  element('confirm-text').textContent = text;
  element('confirm-yes').textContent = yes;
  const dialog = element('confirm');
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}

/** Does `work`, says what came of it, and shows the devices as they are then. The button that was pressed is gone by then: the focus goes to the news. */
async function attempt(work, done) {
  try {
    await work();
    say(done);
  } catch (error) {
    say(error.message);
  }
  await show();
  const { textContent } = element('notice');
  element(textContent === '' ? 'devices' : 'notice').focus();
}

async function act(device, { name, title }) {
  const question = confirmations[name];
  if (question !== undefined && !(await ask(question, device.deviceName))) return;
  await attempt(() => call('POST', `devices/${device.id}/${name}`), `${title}: ${device.deviceName} does it when it checks in.`);
}

function actionButton(device, action) {
  const button = make('button', { type: 'button', textContent: action.title, disabled: !action.available });
  if (action.name in confirmations) button.className = 'danger';
  if (action.reason !== null) button.title = action.reason;
  button.addEventListener('click', () => act(device, action));
  return button;
}

function appRow(device, app) {
  const state = app.installed ? 'Installed' : app.requested ? 'On its way' : null;
  if (state !== null) return make('li', {}, app.name, make('span', { className: 'hint', textContent: state }));
  const button = make('button', { type: 'button', textContent: 'Install', ariaLabel: `Install ${app.name}` });
  button.addEventListener('click', () =>
    attempt(
      () => call('POST', `devices/${device.id}/apps/${encodeURIComponent(app.id)}/install`),
      `${app.name} comes at the next check-in.`,
    ),
  );
  return make('li', {}, app.name, button);
}

function secret(sentence, value) {
  return value === null ? [] : [make('p', {}, sentence, make('span', { className: 'secret', textContent: value }))];
}

async function card(device) {
  const apps = await call('GET', `devices/${device.id}/apps`);
  const greyed = device.actions.filter(({ reason }) => reason !== null);
  const seen = new Date(device.lastSyncDateTime).toLocaleString();
  const facts = [device.operatingSystem, device.model, `last seen ${seen}`, states[device.managementState]].filter(Boolean).join(' · ');
  return make(
    'article',
    { className: 'card' },
    make('h2', { textContent: device.deviceName }),
    make('p', { className: 'facts', textContent: facts }),
    ...secret('Its new passcode: ', device.temporaryPasscode),
    ...secret('The PIN that unlocks it: ', device.unlockPin),
    make('div', { className: 'buttons' }, ...device.actions.map((action) => actionButton(device, action))),
    make('ul', { className: 'reasons' }, ...greyed.map(({ title, reason }) => make('li', { textContent: `${title}: ${reason}` }))),
    ...(apps.length === 0 ? [] : [make('h3', { textContent: 'Apps for you' }), make('ul', {}, ...apps.map((app) => appRow(device, app)))]),
  );
}

async function show() {
  let cards = [];
  if (session !== null) {
    try {
      cards = await Promise.all((await call('GET', 'devices')).map(card));
      if (cards.length === 0) say('You have no device here any more.');
    } catch (error) {
      say(error.message);
    }
  }
  const isIn = session !== null;
  element('sign-in').hidden = isIn;
  element('who').hidden = !isIn;
  element('user').textContent = isIn ? session.user : '';
  element('devices').replaceChildren(...(isIn ? cards : []));
}

element('sign-in').addEventListener('submit', async (event) => {
  event.preventDefault();
  const userPrincipalName = element('name').value.trim();
  const password = element('password').value;
  element('password').value = '';
  await attempt(async () => {
    const { token } = await call('POST', 'sign-in', { userPrincipalName, password });
    keep({ token, user: userPrincipalName });
  }, '');
});

element('sign-out').addEventListener('click', () => {
  keep(null);
  say('');
  show();
});

show();
