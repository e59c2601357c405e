/** What `mockfleet scenarios new` writes: a small story that passes, with a comment on each thing that can be changed. */

/** @param name of the scenario: lower-case letters, digits and dashes */
export function startingFile(name: string): string {
  return `# A mockfleet scenario. Try it, then change it:
#
#   mockfleet run ./${name}.yaml            in virtual time: a story of weeks in a moment
#   mockfleet run ./${name}.yaml --live     the same with real agents against a real stub
#   mockfleet scenarios show wipe-pending-for-ever        a story of the catalogue to learn from
#
# Durations have a unit (90s, 15m, 8h, 30d), shares are per cent (5%), times are since the start.

name: ${name}
title: A phone that was away is wiped when it is back
question: What becomes of the wipe of a phone that is offline?
start: 2026-03-02T08:00:00Z
days: 10

# The answer, for whoever has the question. The block can be left out; if it is there, all four parts are.
answer:
  administrator: The device stays wipePending while the phone is away; once it is back, its record is gone.
  device: Nothing changes on the phone before it has a network again; then it shows its set-up assistant.
  why: An action waits for the device's next check-in, and a phone without a network has none.
  whatToDo: Wait until the phone is back, or take the wipe back while it is still waiting.

# What the tenant asks of its devices. All of it can be left out.
tenant:
  policy: { passcodeRequired: true, passcodeLengthMin: 6 }
  apps:
    - { id: company-mail, name: Contoso Mail, intent: required }
    - { id: expenses, name: Expenses, intent: available }
  push: { lost: 0%, latency: 2s } # also: late, keptFor, notificationsKeptFor, membershipLag
  # groups: [{ displayName: Sales, members: [adele@contoso.example] }]

# The devices. \`count\` makes exactly so many; \`weight\` (and \`devices\` above) makes large fleets.
fleet:
  - name: phone # what the timeline calls it, in \`to: { groups: [phone] }\`
    count: 1
    platform: ios # ios, macos, android, windows
    enrollment: automated # ios: device, automated, user; android: fully-managed, dedicated, …
    user: adele@contoso.example
    has: { passcode: "246810", apps: [Chess] }
    # behaviors: [{ on: wipe, then: silent }]      # not-now, fail, not-supported, slow, silent

# What happens, in the order of time. Leave some time for effects: a push takes seconds, a check-in is every eight hours or so.
timeline:
  - at: 1d
    expect:
      - { name: The phone is managed and has the company's app, graph: { managementState: managed }, apps: { present: [Contoso Mail, Chess] } }

  - at: 2d
    device: { network: off } # also: power, osVersion, installs, passcode, findMy, jailBroken, enroll, …

  - at: 3d
    do: wipe # an action of Microsoft Graph by its name, or delete
    by: helpdesk@contoso.example
    # with: { persistEsimDataPlan: true }          # its parameters
    # to: { groups: [phone] }                      # without it: all devices

  - at: 4d
    expect:
      - { name: The wipe waits, graph: { managementState: wipePending }, audit: { wipe: 1 } }
      - { name: The phone knows nothing of it, screen: home, apps: { present: [Chess] } }

  - at: 5d
    device: { network: on }

  - at: 6d
    expect:
      - { name: The phone is out of its box again, screen: set-up-assistant, view: { phase: wiped, userData: false } }
      - { name: Its record is gone, record: gone }

# More that a timeline can hold:
#   - { at: 1h, user: { press: unlock, values: { passcode: "246810" } } }     the person at the screen
#   - { at: 1h, portal: { do: retire } }                                      the same person at the self-service site
#   - { at: 1h, cancel: wipe }                                                takes an action back
#   - { at: 1h, copy: bypassCode }                                            notes it, for { type: "{bypassCode}" }
#   - { at: 1h, tenant: { requireManagedDevice: true } }                      changes what the tenant asks
#   - { at: 1h, notify: { title: Lunch, body: It is ready., groups: [Sales] } }   a custom notification to groups of the tenant

# Figures of the whole run, at its end.
expectations:
  - { name: the wipe was carried out, figure: actions.wipe.acknowledged, equals: 1 }
`;
}
