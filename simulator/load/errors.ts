/** Why a load run cannot be begun. Stable codes: programs may switch on them. */
export type LoadErrorCode =
  /** The server, or its Graph, cannot be reached at all. */
  | 'load-unreachable'
  /** The certificate authority or the token is not the server's. */
  | 'load-refused'
  /** The shape or the timeline asks for actions, and there is nobody to ask for them. */
  | 'load-needs-graph'
  /** A step of the timeline that an administrator of a server of somebody else's cannot do. */
  | 'load-step'
  /** The folder of devices that were kept cannot be read. */
  | 'load-kept'
  /** A process of the run could not be started. */
  | 'load-process';

export class LoadError extends Error {
  readonly code: LoadErrorCode;
  constructor(code: LoadErrorCode, message: string) {
    super(message);
    this.name = 'LoadError';
    this.code = code;
  }
}
