/** What `mockfleet tenant new` writes: a small tenant, with a comment on each thing that can be changed. */
export const startingTenant = `# A tenant of mockfleet. Try it, then change it:
#
#   mockfleet tenant check tenant.yaml         says what is wrong with it, and where
#   mockfleet serve --tenant tenant.yaml       plants it at each start; its devices go on where they were
#   mockfleet tenant apply tenant.yaml         plants it in a stub that runs already (all but the devices)
#   mockfleet tenant export                    the tenant of a running stub, as such a file
#
# Everything can be left out. Planting adds and changes what the file says, and takes nothing away.

organization: { displayName: Contoso, domain: contoso.example }

# People. Whoever has a device is one of them without being named here.
users:
  - userPrincipalName: adele@contoso.example
    displayName: Adele Vance
    department: Sales
    preferredLanguage: de-DE
  - userPrincipalName: helpdesk@contoso.example
    displayName: Hannah Desk
    roles: [Help Desk Operator] # of Intune, over all devices; or of the directory: Global Administrator, Intune Administrator, Global Reader
    # password: adele-secret             # without it: the token that \`mockfleet serve\` prints
    # token: helpdesk-token              # a bearer token for Graph, without signing in

groups:
  - displayName: Field
    members: [adele@contoso.example, "device: field-phone-1"] # people, groups by name, devices

# Programs that sign in (client credentials). \`mockfleet token --client-id … --client-secret …\` prints an access token.
applications:
  - displayName: Automation
    clientId: 00000000-0000-4000-8000-00000000a0a0
    secret: automation-secret
    permissions: [DeviceManagementManagedDevices.Read.All, DeviceManagementManagedDevices.PrivilegedOperations.All]

# Roles of Intune beside the built-in ones, and who has which.
roles:
  - displayName: Wipers
    allowed: [Microsoft.Intune_ManagedDevices_Read, Microsoft.Intune_RemoteTasks_Wipe]
roleAssignments:
  - displayName: The field wipes its own
    role: Wipers
    members: [Field] # groups
    scope: [Field] # all devices, all users, all devices and users, or groups

# What devices must be like, and what happens, day by day, to those that are not.
compliancePolicies:
  - displayName: iPhones are up to date
    type: iosCompliancePolicy # androidWorkProfileCompliancePolicy, macOSCompliancePolicy, windows10CompliancePolicy, …
    settings: { osMinimumVersion: "17.0", passcodeRequired: true } # by their names in Microsoft Graph
    assignTo: [all users] # or all devices, or groups; exclude: [Field] leaves groups out
    actions: # marking the device (block) is done at once, unless it is given a day here: a grace period
      - { do: block, after: 6d }
      - { do: notification, after: 2d, template: First warning } # to: [Field] for more recipients
      - { do: remoteLock, after: 10d } # or pushNotification, or retire: the retire list
notificationTemplates:
  - displayName: First warning
    branding: { deviceDetails: true } # logo, companyName and contact are on by themselves
    messages:
      - { locale: en-us, subject: Your device needs an update, message: "Hello {{UserName}}, please update {{DeviceName}}." }
      - { locale: de-de, subject: Ihr Gerät muss aktualisiert werden, message: "Hallo {{UserName}}, bitte {{DeviceName}} aktualisieren." }
branding: { displayName: Contoso, contactITName: Helpdesk, contactITEmailAddress: helpdesk@contoso.example }
# complianceSettings: { secureByDefault: true, validityDays: 60 }   # devices without a policy; days without contact

# Which sign-ins of apps are let in.
conditionalAccess:
  - { displayName: Compliant devices only, users: [all users], apps: [all], require: [compliantDevice] }

# Devices that live with the stub.
devices:
  - platform: ios # ios, macos, android, windows
    enrollment: automated # each platform has its own ways: device, user, fully-managed, joined, …
    name: phone
    user: adele@contoso.example
    has: { passcode: "246810", apps: [Chess] } # also: companyPortal: false, notifications: not-asked, …
  - platform: android
    name: field-phone
    count: 3 # field-phone-1 and so on, each with a user of its own
  - platform: windows
    name: pc
    user: adele@contoso.example
    # behaviors: [{ on: wipe, then: silent }]      # not-now, fail, not-supported, slow, silent

# What is asked of the devices, and of those who sign in.
tenant:
  policy: { passcodeRequired: true, passcodeLengthMin: 6 }
  apps:
    - { id: company-mail, name: Contoso Mail, intent: required }

# cleanupDays: 90                      # devices without contact for so long are hidden (30 to 270, or off)
`;
