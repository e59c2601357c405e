/** The links between devices and the server in virtual time: numbers, which either end may see closed first. */
export class Links {
  /** The link a device believes in; 0 for none. */
  readonly #linkOf: number[] = [];
  /** Links that neither end has seen closed → device. */
  readonly #deviceOf = new Map<number, number>();
  #count = 0;

  /** One more device, without a link. */
  addDevice(): void {
    this.#linkOf.push(0);
  }

  /** A new link of this device; an earlier one is none of its any more. */
  open(index: number): number {
    const link = ++this.#count;
    this.#linkOf[index] = link;
    this.#deviceOf.set(link, index);
    return link;
  }

  /** 0: it has none. */
  of(index: number): number {
    return this.#linkOf[index] as number;
  }

  /** Whose link this is; undefined when the device has given it up in the meantime: what was on its way is lost. */
  deviceOn(link: number): number | undefined {
    const index = this.#deviceOf.get(link);
    return index !== undefined && this.#linkOf[index] === link ? index : undefined;
  }

  /** Whose link this was or is, until the server has seen it closed. */
  ownerOf(link: number): number | undefined {
    return this.#deviceOf.get(link);
  }

  /** The device gives its link up; the server hears of it later. */
  closeAtDevice(index: number): number {
    const link = this.of(index);
    this.#linkOf[index] = 0;
    return link;
  }

  /** The server has heard that it is closed. */
  closedAtServer(link: number): void {
    this.#deviceOf.delete(link);
  }

  /** The server closed it: neither end has it any more. */
  closedByServer(link: number, index: number): void {
    this.#deviceOf.delete(link);
    this.#linkOf[index] = 0;
  }
}
