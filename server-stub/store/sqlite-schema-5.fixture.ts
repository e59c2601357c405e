/** The tables of version 5, word for word as they were released. */
export const schemaOfVersion5 = `
CREATE TABLE devices (
  -- One row per managed device. Instants everywhere in this file: milliseconds since 1970 (UTC) on the stub's clock;
  -- readable: datetime(last_sync_at / 1000, 'unixepoch').
  id TEXT PRIMARY KEY,                     -- GUID, also the subject of the device's certificates
  user_principal_name TEXT NOT NULL,       -- empty: no user
  platform TEXT NOT NULL,                  -- ios, macos, android, windows
  enrollment_type TEXT NOT NULL,
  serial_number TEXT NOT NULL,
  device_name TEXT NOT NULL,
  managed_device_name TEXT NOT NULL,
  manufacturer TEXT NOT NULL,
  model TEXT NOT NULL,
  os_version TEXT NOT NULL,
  management_state TEXT NOT NULL,          -- Microsoft Graph's managementState
  compliance_state TEXT NOT NULL,          -- unknown, compliant, noncompliant, conflict, error, inGracePeriod
  enrolled_at INTEGER NOT NULL,
  last_sync_at INTEGER NOT NULL,
  certificate_serial_number TEXT NOT NULL, -- the certificate in use; upper-case hexadecimal
  certificate_not_before INTEGER NOT NULL,
  certificate_not_after INTEGER NOT NULL,
  next_certificate TEXT,                   -- JSON {serialNumber, notBefore, notAfter}: issued, not used yet
  deleted INTEGER NOT NULL,                -- 1: deleted by an administrator, waits for its device, shown to nobody
  nudge_kept_until INTEGER,                -- a push that waits for the device until this instant
  command_count INTEGER NOT NULL,          -- commands ever made for this device
  shared INTEGER,                          -- a Shared iPad: 1; null: it did not say
  information TEXT,                        -- JSON: what the device last told about itself; null: nothing yet
  configuration TEXT,                      -- version of the configuration that the device has; null: none
  requested_apps TEXT NOT NULL DEFAULT '[]', -- JSON array of ids: available apps that its user asked for
  notes TEXT,                              -- what administrators wrote about it
  owner TEXT,                              -- company, personal; null: as its kind says
  hidden INTEGER NOT NULL DEFAULT 0,       -- 1: hidden by the cleanup for inactive devices
  user_key TEXT NOT NULL DEFAULT '',       -- user_principal_name in lower case
  operating_system TEXT NOT NULL DEFAULT '', -- as Graph calls it: iOS, iPadOS, macOS, Android, Windows
  evaluated_at INTEGER,                    -- when its policies were evaluated last; null: never
  compliance TEXT,                         -- JSON: what came of it, policy by policy; null: nothing yet
  access TEXT NOT NULL DEFAULT '{}',       -- JSON: what each app was last told when it signed in
  notices TEXT NOT NULL DEFAULT '[]'       -- JSON: texts that its user has not been shown yet
) STRICT, WITHOUT ROWID;

CREATE TABLE commands (
  -- The queue and the history of actions. They outlive their device.
  position INTEGER PRIMARY KEY,            -- order of arrival
  id TEXT NOT NULL UNIQUE,
  device_id TEXT NOT NULL,
  action TEXT NOT NULL,                    -- what the administrator asked for; "delete" for the deletion of a record
  command TEXT NOT NULL,                   -- JSON {type, parameters}: what the device is told
  status TEXT NOT NULL,                    -- queued, delivered (both open), acknowledged, failed, not-supported, canceled, expired
  initiated_by TEXT NOT NULL,              -- user principal name of an administrator, or of the device's own user
  requested_at INTEGER NOT NULL,
  delivered_at INTEGER,                    -- null: never delivered
  finished_at INTEGER,                     -- null: open
  deliveries INTEGER NOT NULL,
  error_code INTEGER,
  location TEXT,                           -- JSON: of a locateDevice that was carried out
  by_user INTEGER NOT NULL DEFAULT 0,      -- 1: asked for by the device's own user
  device_name TEXT NOT NULL DEFAULT '',    -- as it was then
  device_owner TEXT NOT NULL DEFAULT '',   -- user principal name
  bulk_id TEXT                             -- of one of several that were asked for at once
) STRICT;
CREATE INDEX commands_of_device ON commands (device_id, position);
CREATE INDEX commands_open ON commands (device_id, position) WHERE status IN ('queued', 'delivered');

CREATE TABLE certificates (
  -- Every certificate that names a device of ours.
  serial_number TEXT PRIMARY KEY,          -- upper-case hexadecimal
  device_id TEXT NOT NULL,
  use TEXT NOT NULL,                       -- current, next, replaced
  not_before INTEGER NOT NULL,
  not_after INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX certificates_of_device ON certificates (device_id);

CREATE TABLE enrollments (
  -- Which device an enrollment request made, so that a repeated request makes no second one.
  request_id TEXT PRIMARY KEY,
  device_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX enrollments_of_device ON enrollments (device_id);

CREATE TABLE timers (
  -- What the stub has to do later: at most one of each kind per device.
  device_id TEXT NOT NULL,
  kind TEXT NOT NULL,                      -- compliance, departure, expiry, inactivity, mail (device_id: of the mail), push, removal, validity
  at INTEGER NOT NULL,
  PRIMARY KEY (device_id, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX timers_next ON timers (at, device_id, kind);

CREATE TABLE audits (
  -- Who did what. Only ever appended to.
  position INTEGER PRIMARY KEY,            -- order of arrival
  id TEXT NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  activity TEXT NOT NULL,                  -- for example "wipe ManagedDevice"
  device_id TEXT NOT NULL,                 -- empty: about the tenant, not about a device
  device_name TEXT NOT NULL,
  actor_type TEXT NOT NULL DEFAULT 'user', -- user, application, service
  actor_id TEXT,                           -- object id of a user, appId of an application
  resource TEXT                            -- JSON {type, id, name}: what it is about that is no device
) STRICT;

CREATE TABLE settings (
  -- Small values of the stub itself.
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;


CREATE TABLE bypass_codes (
  -- Activation Lock bypass codes, as the simulated Apple keeps them: one per device, whatever becomes of its record.
  serial_number TEXT PRIMARY KEY,
  code TEXT NOT NULL,                      -- with its dashes
  expires_at INTEGER NOT NULL,             -- it opens up to this instant
  shown INTEGER NOT NULL                   -- 0: cleared from the service
) STRICT, WITHOUT ROWID;

CREATE TABLE find_my (
  -- Devices whose Find My is on, and whose it is.
  serial_number TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  password_hash TEXT NOT NULL              -- a short hash of a simulated password
) STRICT, WITHOUT ROWID;

CREATE TABLE access_tokens (
  -- Who may sign in where. They outlive the record of their device.
  token TEXT PRIMARY KEY,
  user_principal_name TEXT NOT NULL,
  app TEXT NOT NULL,                       -- an Office app, or "portal"
  device_id TEXT
) STRICT, WITHOUT ROWID;


CREATE TABLE directory (
  -- People, groups, programs that sign in, roles and their assignments. Secrets are kept as hashes.
  kind TEXT NOT NULL,                      -- user, group, application, namedToken, roleDefinition, roleAssignment,
                                           -- compliancePolicy, notificationTemplate, accessPolicy
  id TEXT NOT NULL,
  name TEXT,                               -- in lower case: a user's user principal name, an application's appId
  record TEXT NOT NULL,                    -- JSON
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX directory_names ON directory (kind, name) WHERE name IS NOT NULL;

CREATE TABLE memberships (
  -- Who belongs to which group, directly.
  group_id TEXT NOT NULL,
  member_id TEXT NOT NULL,                 -- object id in the directory
  member_kind TEXT NOT NULL,               -- user, group, device
  PRIMARY KEY (group_id, member_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_of_member ON memberships (member_id, group_id);

CREATE TABLE mails (
  -- What was sent, in the order of sending.
  position INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  at INTEGER NOT NULL,
  record TEXT NOT NULL                     -- JSON
) STRICT;

-- What administrators filter by: those whom they see, in the order of their ids.
CREATE INDEX devices_of_user ON devices (user_key, id) WHERE deleted = 0 AND hidden = 0;
CREATE INDEX devices_by_compliance ON devices (compliance_state, id) WHERE deleted = 0 AND hidden = 0;
CREATE INDEX devices_by_system ON devices (operating_system, id) WHERE deleted = 0 AND hidden = 0;
CREATE INDEX devices_by_management ON devices (management_state, id) WHERE deleted = 0 AND hidden = 0;
CREATE INDEX devices_by_sync ON devices (last_sync_at, id) WHERE deleted = 0 AND hidden = 0;
-- What the overview counts.
CREATE INDEX devices_by_kind ON devices (platform, enrollment_type) WHERE deleted = 0 AND hidden = 0;


CREATE UNIQUE INDEX mails_by_id ON mails (id);

CREATE TABLE received_mails (
  -- What the stub's own mailbox took in, in the order of arrival.
  position INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  record TEXT NOT NULL                     -- JSON; "raw" in it is the mail as it came, base64
) STRICT;

CREATE TABLE sign_ins (
  -- Sign-ins of apps, and why they were let in or not. Only ever appended to.
  position INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  record TEXT NOT NULL                     -- JSON
) STRICT;

-- Of the device that it was made on: ios, macos, android, windows; null: none, or not known.
ALTER TABLE access_tokens ADD COLUMN platform TEXT;
-- What whoever showed it was told last: allowed, or why not; null: nothing yet.
ALTER TABLE access_tokens ADD COLUMN outcome TEXT;


CREATE TABLE notification_sends (
  -- When custom notifications were sent within the last hour, for their limits. What they said is written down nowhere.
  device_id TEXT NOT NULL,                 -- empty: to groups
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX notification_sends_of ON notification_sends (device_id, at);
CREATE INDEX notification_sends_at ON notification_sends (at);

-- With the platform: a notification to groups asks for the phones of each of its recipients, and reads nothing else of them.
DROP INDEX devices_of_user;
CREATE INDEX devices_of_user ON devices (user_key, id, platform) WHERE deleted = 0 AND hidden = 0;

PRAGMA application_id = 1836016491;
PRAGMA user_version = 5;
`;
