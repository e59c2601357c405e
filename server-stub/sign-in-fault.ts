/** What the sign-in host answers when it refuses: OAuth's `error`, and in words and numbers what went wrong (AADSTS…). */

/** By code: OAuth's word for it, and the status. */
const kinds = {
  '50034': 'invalid_grant',
  '50057': 'invalid_grant',
  '50126': 'invalid_grant',
  '65001': 'invalid_grant',
  '70000': 'invalid_grant',
  '70003': 'unsupported_grant_type',
  '70011': 'invalid_scope',
  '70016': 'authorization_pending',
  '70020': 'expired_token',
  '70043': 'invalid_grant',
  '90002': 'invalid_request',
  '500011': 'invalid_resource',
  '700016': 'unauthorized_client',
  '700082': 'invalid_grant',
  '900144': 'invalid_request',
  '900561': 'invalid_request',
  '1002012': 'invalid_scope',
  '7000215': 'invalid_client',
  '7000218': 'invalid_client',
} as const;
export type SignInCode = keyof typeof kinds;

export class SignInFault extends Error {
  readonly code: SignInCode;
  constructor(code: SignInCode, message: string) {
    super(message);
    this.name = 'SignInFault';
    this.code = code;
  }

  get status(): 400 | 401 | 405 {
    if (this.code === '900561') return 405;
    return kinds[this.code] === 'invalid_client' ? 401 : 400;
  }

  /** @param correlationId the caller's own, if it sent one */
  body({ origin, now, traceId, correlationId }: { origin: string; now: number; traceId: string; correlationId: string }) {
    const timestamp = `${new Date(now).toISOString().slice(0, 19).replace('T', ' ')}Z`;
    return {
      error: kinds[this.code],
      error_description: `AADSTS${this.code}: ${this.message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
      error_codes: [Number(this.code)],
      timestamp,
      trace_id: traceId,
      correlation_id: correlationId,
      error_uri: `${origin}/error?code=${this.code}`,
      ...(this.code === '65001' && { suberror: 'consent_required' }),
    };
  }
}
