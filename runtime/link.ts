/**
 * A duplex of text frames between a device and its server, with who the peer is. Behaves like TCP: frames arrive in order,
 * and what is lost breaks the link. WebSockets and memory links implement it; the contract suite runs on both.
 */

/** What the edge knows of the peer's certificate, as plain data: the cores compare, they do not parse certificates. */
export interface PeerCertificate {
  /** Subject common name: the device id. */
  subject: string;
  /** Upper-case hexadecimal. */
  serialNumber: string;
  /** Instants in milliseconds. */
  notBefore: number;
  notAfter: number;
  /** Whether the signature is of our own authority; dates are not judged here. */
  trusted: boolean;
}

export interface LinkHandlers {
  /** A text frame of the peer. */
  frame(text: string): void;
  /**
   * The peer sent what can never be a frame (binary, or larger than the limit), or does not keep to what a server takes of one link
   * (more frames a second, silence at the beginning, reading nothing); the link is about to close.
   */
  fault(kind: 'binary' | 'too-large' | 'malformed' | 'too-fast' | 'idle' | 'unread'): void;
  /** Called once, whoever closed it. `reason` is the closing side's word, or `lost`. */
  closed(reason: string): void;
}

export interface Link {
  /** The certificate that the peer proved to hold; null when it showed none. */
  readonly peer: PeerCertificate | null;
  /** Where the peer is, for the log. */
  readonly remote: string;
  /** Names the receiver of what arrives; frames that came before are handed over now. Once per link. */
  attach(handlers: LinkHandlers): void;
  /** Queues a frame; does nothing on a closed link. */
  send(frame: string): void;
  /** Closes after what was sent; a second call does nothing. `reason` has at most 120 characters. */
  close(reason: string): void;
}
