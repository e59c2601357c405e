/** The mailbox in the console: what anybody may have written is read there, and nothing of it runs. */
import { describe, expect, it } from 'vitest';
import { hasChromium, openConsole, seriousProblems, shoot } from '../support/console.ts';

/** Eight by eight pixels, red. */
const picture = 'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGP4z8CAFWEXHbQSACj/P8Fu7N9hAAAAAElFTkSuQmCC';

const hostile = `<h1>Please read</h1><img alt="logo" src="data:image/png;base64,${picture}">
<script>parent.document.title = 'ran'; window.ran = true</script>
<img src="x" onerror="parent.document.title='ran'"><img src="https://127.0.0.1:1/pixel">
<svg onload="parent.document.title='ran'"></svg><iframe src="javascript:parent.document.title='ran'"></iframe>
<form action="/mockfleet/mail" method="post"><button>Send</button></form><a href="https://127.0.0.1:1/away" target="_top">away</a>
<meta http-equiv="refresh" content="0;url=https://127.0.0.1:1/"><style>body{background:url(https://127.0.0.1:1/a)}</style>`;

const markup = '<img src=x onerror="document.title=1">“Hello” {{x}}\u202e';

/** What Chromium says when it keeps a mail from doing what it tries. */
const kept =
  /^(Blocked script execution|Blocked form submission|Refused to|Loading the |.*[Cc]ontent [Ss]ecurity [Pp]olicy|Unsafe attempt)/;

async function opened() {
  const console = await openConsole({ words: ['--speed', '0'] });
  const mail = (subject: string, change: object = {}) =>
    console.call('POST', '/v1.0/me/sendMail', {
      message: {
        subject,
        body: { contentType: 'text', content: 'Hello.' },
        toRecipients: [{ emailAddress: { address: 'bo@contoso.example' } }],
        ...change,
      },
    });
  return { ...console, mail };
}

describe.skipIf(!hasChromium)('the mailbox', () => {
  it('shows a mail as it is read, as text and raw, and lets nothing of it run or load', async () => {
    const { page, go, mail, troubles, url, token } = await opened();
    await mail(markup, { body: { contentType: 'html', content: hostile } });
    await go('#/mail');
    const list = page.getByRole('region', { name: 'Mails' });
    await list.getByText(markup).click();
    const frame = page.frameLocator('iframe');
    await frame.getByText('Please read').waitFor();
    expect(await frame.getByAltText('logo').evaluate((logo) => (logo as unknown as { naturalWidth: number }).naturalWidth)).toBe(8);
    await page.getByRole('heading', { name: markup }).waitFor();
    await expect(frame.getByRole('button', { name: 'Send' }).click()).resolves.toBeUndefined();
    await frame.getByRole('link', { name: 'away' }).click();
    await frame.getByText('Please read').waitFor();
    expect(await page.title()).toBe('Mailbox · mockfleet');
    expect(page.url().startsWith(url)).toBe(true);
    expect(await seriousProblems(page)).toEqual([]);
    await shoot(page, 'console-mail-read');

    const src = String(await page.locator('iframe').getAttribute('src'));
    expect(src).toMatch(/^\/mail-view\/[\da-f]{48}$/);
    expect(src).not.toContain(token);
    expect((await page.request.get(url + src)).status(), 'one look').toBe(404);

    await page.getByRole('link', { name: 'Text', exact: true }).click();
    await page.getByText('no plain text').or(page.locator('pre')).first().waitFor();
    await page.getByRole('link', { name: 'Raw, with headers' }).click();
    await page.locator('pre', { hasText: 'Message-ID: <' }).waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as a file' }).click()]);
    expect(download.suggestedFilename()).toMatch(/\.eml$/);
    await page.getByRole('link', { name: 'As it is read' }).click();
    await frame.getByText('Please read').waitFor();

    // One pane after the other where there is little room.
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await list.isVisible()).toBe(false);
    expect(await page.evaluate('document.scrollingElement.scrollWidth')).toBeLessThanOrEqual(390);
    await page.getByRole('link', { name: '← All mails' }).click();
    await list.getByText(markup).waitFor();
    expect(await page.locator('iframe').count()).toBe(0);

    expect(troubles.filter((text) => !kept.test(text))).toEqual([]);
    expect(
      troubles.some((text) => kept.test(text)),
      'it tried',
    ).toBe(true);
  });

  it('fills by itself, is searched, paged and emptied, and says how each mail of the outbox stands', async () => {
    const { page, go, call, mail, troubles } = await opened();
    await go('#/mail');
    await page.getByText('No mail yet.').waitFor();
    for (let count = 1; count <= 52; count += 1) await mail(`Mail ${count}`);
    const list = page.getByRole('region', { name: 'Mails' });
    await list.getByText('Mail 52', { exact: true }).waitFor();
    await list.getByRole('button', { name: 'Older' }).click();
    await list.getByText('Mail 2', { exact: true }).waitFor();
    await list.getByRole('button', { name: 'Newer' }).click();
    await list.getByText('Mail 52', { exact: true }).waitFor();
    await list.getByRole('searchbox').fill('MAIL 1');
    await list.getByText('Mail 1', { exact: true }).waitFor();
    expect(await list.getByRole('listitem').count()).toBe(11);
    await list.getByRole('searchbox').fill('nobody@');
    await page.getByText('No mail is from, to or about “nobody@”').waitFor();
    await list.getByRole('searchbox').fill('');

    await call('POST', '/mockfleet/mail/faults', { next: 1, answer: '451 4.3.0 Not today' });
    await mail('Tried again');
    await page.getByRole('link', { name: 'Outbox' }).click();
    const row = (subject: string) => page.getByRole('row').filter({ hasText: subject });
    await row('Tried again').getByText('retrying', { exact: true }).waitFor();
    await call('POST', '/mockfleet/mail/faults', { next: 1, answer: '550 5.1.1 Nobody here' });
    await mail('Refused for good');
    await row('Refused for good').getByText('failed', { exact: true }).waitFor();
    await row('Tried again').getByText('retrying', { exact: true }).waitFor();
    await row('Tried again')
      .getByText(/^in \d+ min$/)
      .waitFor();
    await row('Tried again').getByText('451 4.3.0 Not today').waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await shoot(page, 'console-mail-outbox');
    await page.getByRole('link', { name: 'Refused for good' }).click();
    const dialog = page.getByRole('dialog', { name: 'Refused for good' });
    await dialog.getByText('550 5.1.1 Nobody here').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByLabel('State').selectOption('failed');
    await row('Tried again').waitFor({ state: 'detached' });

    await page.getByRole('link', { name: 'Arrived' }).click();
    await list.getByText('Mail 52', { exact: true }).click();
    await page.getByRole('article', { name: 'The mail' }).locator('pre', { hasText: 'Hello.' }).waitFor();
    await page.getByRole('button', { name: 'Empty the mailbox' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Empty it' }).click();
    await page.getByText('No mail yet.').waitFor();
    expect(await call('GET', '/mockfleet/mail')).toEqual([]);
    expect(troubles).toEqual([]);
  });
});
