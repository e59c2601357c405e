/** Small stories for tests, in the words of their files. */
import { parseScenario } from '../scenarios/load.ts';
import type { Scenario } from '../scenarios/scenario.ts';

const head = 'name: story\ntitle: A story\nstart: 2026-03-02T08:00:00Z\n';

export function story(body: string): { scenario: Scenario; text: string } {
  const text = `${head}${body}`;
  return { scenario: parseScenario(text, 'story.yaml'), text };
}

/** The person, the administrator and the service around one iPhone, until it is wiped, opened with its code, and enrolled again. */
export const iphoneStory = `days: 20
tenant:
  policy: { allowActivationLock: true }
  apps:
    - { id: mail, name: Contoso Mail, intent: required }
    - { id: expenses, name: Expenses, intent: available }
  push: { lost: 0%, latency: 2s }
fleet:
  - { name: phone, count: 1, platform: ios, enrollment: automated, user: adele@contoso.example, has: { passcode: "246810", findMy: true, apps: [Chess] } }
timeline:
  - at: 1d
    expect:
      - { name: it is managed, graph: { managementState: managed, userPrincipalName: adele@contoso.example }, screen: home, record: present }
      - { name: its apps are there, apps: { present: [Contoso Mail, Chess], absent: [Expenses] } }
      - { name: a code was escrowed, bypassCode: shown }
  - { at: 1d, portal: { install: expenses } }
  - { at: 25h, user: { press: open-outlook } }
  - { at: 25h, do: remoteLock, by: erin@contoso.example }
  - at: 26h
    expect:
      - { name: it is locked, screen: locked, action: { remoteLock: done }, auditBy: { remoteLock: erin@contoso.example } }
      - { name: what was asked for is there, apps: { present: [Expenses] }, access: { outlook: allowed, teams: none } }
  - { at: 26h, user: { press: unlock, values: { passcode: "111111" } } }
  - { at: 26h, expect: [{ name: a wrong passcode opens nothing, screen: locked }] }
  - { at: 27h, user: { type: "246810" } }
  - { at: 27h, expect: [{ name: the right one does, screen: home }] }
  - { at: 2d, device: { network: off } }
  - { at: 3d, do: wipe, by: erin@contoso.example }
  - { at: 4d, expect: [{ name: the wipe waits, graph: { managementState: wipePending }, remoteAction: { factoryReset: pending }, screen: home }] }
  - { at: 4d, cancel: wipe, by: alex@contoso.example }
  - { at: 4d, expect: [{ name: it is taken back, graph: { managementState: wipeCanceled }, audit: { wipe: 1, cancel wipe: 1 } }] }
  - { at: 5d, device: { network: on } }
  - { at: 6d, expect: [{ name: nothing happened to it, view: { phase: enrolled, userData: true } }] }
  - { at: 7d, do: bypassActivationLock }
  - { at: 7d, copy: bypassCode }
  - { at: 8d, do: wipe }
  - { at: 9d, expect: [{ name: it is locked to its owner, screen: activation-lock, record: gone, view: { phase: wiped, userData: false } }] }
  - { at: 9d, user: { type: "{bypassCode:wrong}" } }
  - { at: 9d, expect: [{ name: a slip opens nothing, screen: activation-lock, notice: code }] }
  - { at: 10d, user: { type: "{bypassCode:plain}" } }
  - { at: 241h, expect: [{ name: the code does, screen: set-up-assistant }] }
  - { at: 11d, device: { enroll: true } }
  - at: 12d
    expect:
      - { name: it is managed again, graph: { managementState: managed }, screen: home, apps: { present: [Contoso Mail], absent: [Chess] } }
      - { name: the log has all of it, audit: { wipe: 2, bypassActivationLock: 1, remoteLock: 1 } }
expectations:
  - { name: two wipes, figure: actions.wipe.acknowledged, equals: 1 }
`;

/** One device of each kind of Android and a Mac: PINs, passcodes, habits, the power button, a change of the tenant, the user's own retire. */
export const mixedStory = `days: 12
tenant:
  policy: { workProfilePasscodeRequired: true, passcodeLengthMin: 6 }
  push: { lost: 0%, latency: 1s }
fleet:
  - { name: profile, count: 1, platform: android, enrollment: personal-work-profile, has: { workProfilePasscode: "135790", apps: [Chess] } }
  - { name: managed, count: 2, platform: android, enrollment: fully-managed, has: { passcode: "4711" }, behaviors: [{ on: remoteLock, then: not-now, times: 1 }] }
  - { name: mac, count: 1, platform: macos, enrollment: automated, has: { passcode: "secret" }, behaviors: [{ on: syncDevice, then: slow, delay: 30m }] }
timeline:
  - { at: 1d, to: { groups: [profile] }, expect: [{ name: it asks for consent, screen: reset-consent }] }
  - { at: 1d, to: { groups: [profile] }, user: { press: allow } }
  - { at: 2d, to: { groups: [profile, managed] }, do: resetPasscode }
  - { at: 2d, to: { groups: [mac] }, do: syncDevice }
  - { at: 49h, to: { groups: [profile] }, expect: [{ name: the reset is done, action: { resetPasscode: done } }] }
  - { at: 49h, to: { groups: [managed] }, copy: passcode }
  - { at: 49h, to: { groups: [managed] }, user: { type: "{passcode}" } }
  - { at: 49h, to: { groups: [managed] }, expect: [{ name: the new passcode opens, screen: home }] }
  - { at: 3d, to: { groups: [managed] }, do: remoteLock }
  - { at: 73h, to: { groups: [managed] }, expect: [{ name: not now, action: { remoteLock: pending }, screen: home }] }
  - { at: 4d, to: { groups: [managed] }, expect: [{ name: but later, action: { remoteLock: done }, screen: locked }] }
  - { at: 4d, to: { groups: [mac] }, do: remoteLock }
  - { at: 97h, to: { groups: [mac] }, copy: unlockPin }
  - { at: 97h, to: { groups: [mac] }, expect: [{ name: it wants its PIN, screen: recovery-lock }] }
  - { at: 98h, to: { groups: [mac] }, user: { type: "{unlockPin}" } }
  - { at: 99h, to: { groups: [mac] }, expect: [{ name: the PIN opens it, action: { remoteLock: done, syncDevice: done } }] }
  - { at: 5d, to: { groups: [mac] }, do: rebootNow }
  - { at: 6d, to: { groups: [managed] }, device: { power: off } }
  - { at: 6d, tenant: { passcodeRequired: true }, by: erin@contoso.example }
  - { at: 7d, to: { groups: [managed] }, expect: [{ name: it is off, screen: off, view: { power: off } }] }
  - { at: 8d, to: { groups: [managed] }, device: { power: on, osVersion: "15", jailBroken: true, installs: Chess, behavior: { on: any, then: fail, errorCode: 7 } } }
  - { at: 8d, to: { groups: [profile] }, portal: { do: retire } }
  - at: 9d
    to: { groups: [profile] }
    expect: [{ name: its user has retired it, record: gone, audit: { retire: 0 }, view: { phase: retired, companyData: false }, apps: { present: [Chess], absent: [] } }]
  - { at: 9d, to: { groups: [managed] }, do: rebootNow }
  - { at: 10d, to: { groups: [managed] }, expect: [{ name: it fails now, action: { rebootNow: failed }, graph: { osVersion: "15" }, apps: { present: [Chess], absent: [] } }] }
`;
