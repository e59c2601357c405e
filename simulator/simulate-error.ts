/** `simulate` was asked for something that cannot be. Codes are stable: programs may switch on them. */
export class SimulateError extends Error {
  readonly code: 'options-invalid' | 'simulation-closed';
  constructor(code: SimulateError['code'], message: string) {
    super(message);
    this.name = 'SimulateError';
    this.code = code;
  }
}
