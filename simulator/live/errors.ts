/** Why a scenario cannot be lived live. Stable codes: programs may switch on them. */
export class LiveError extends Error {
  readonly code: 'live-too-many' | 'live-after-end' | 'live-stuck';
  constructor(code: LiveError['code'], message: string) {
    super(message);
    this.name = 'LiveError';
    this.code = code;
  }
}
