/** A test asked its tenant for something that cannot be. Codes are stable: programs may switch on them. */
export class TenantError extends Error {
  readonly code:
    | 'options-invalid'
    | 'tenant-closed'
    | 'request-failed'
    | 'clock-invalid'
    | 'throttle-invalid'
    | 'mail-fault-invalid'
    | 'device-unknown'
    | 'device-ambiguous'
    | 'device-exists'
    | 'device-unmanaged'
    | 'action-unavailable'
    | 'group-unknown'
    | 'group-ambiguous'
    | 'notification-invalid'
    | 'push-invalid'
    | 'input-impossible'
    | 'scenario-invalid';
  constructor(code: TenantError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TenantError';
    this.code = code;
  }
}
