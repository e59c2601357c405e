/** How a link is opened, and what every link does. */
import { subProtocol } from '../../../protocol/messages.ts';
import { CaseFailure, type ConformanceCase, mustBe } from '../conformance-case.ts';

export const connectionCases: readonly ConformanceCase[] = [
  {
    name: 'connects',
    section: 'Connection',
    title: 'takes a WebSocket over TLS without a client certificate, and chooses the sub-protocol',
    needs: [],
    async run(bench) {
      const { socket } = await bench.open();
      mustBe(socket.protocol === subProtocol, `the sub-protocol ${subProtocol}`, `the sub-protocol "${socket.protocol}"`);
    },
  },
  {
    name: 'sub-protocol-required',
    section: 'Connection',
    title: 'does not open a WebSocket of another sub-protocol',
    needs: ['connects'],
    async run(bench) {
      const expected = `no WebSocket: HTTP 400 in answer to an upgrade that does not offer ${subProtocol}`;
      const came = await bench.open(undefined, { protocols: ['mqtt'] }).then(
        () => 'an open WebSocket',
        (failure: unknown) => {
          if (!(failure instanceof CaseFailure)) throw failure;
          return failure.came;
        },
      );
      mustBe(/HTTP 4\d\d$/.test(came), expected, came);
    },
  },
  {
    name: 'clock-first',
    section: 'Flows: Clock',
    title: 'sends `clock` as the first frame of a link, before the device says anything',
    needs: ['connects'],
    async run(bench) {
      const link = await bench.open();
      const message = await link.first('the frame clock, first on the link');
      mustBe(message.type === 'clock', 'the frame clock, first on the link', `the frame ${message.type}`);
      mustBe(!message.lived, '`lived` false in the first frame', '`lived` true');
    },
  },
  {
    name: 'no-compression',
    section: 'Connection',
    title: 'leaves compression out, also where it is offered',
    needs: ['connects'],
    async run(bench) {
      const { socket } = await bench.open(undefined, { compression: true });
      mustBe(socket.extensions === '', 'no extension of the WebSocket', `the extension ${socket.extensions}`);
    },
  },
  {
    name: 'ping-answered',
    section: 'Connection',
    title: 'answers a ping with its pong',
    needs: ['connects'],
    async run(bench) {
      const link = await bench.open();
      await link.ping();
    },
  },
  {
    name: 'close-answered',
    section: 'Connection',
    title: 'answers a close frame with its own',
    needs: ['connects'],
    async run(bench) {
      const link = await bench.open();
      link.socket.close(1000, 'bye');
      const { code } = await link.ended('the server’s close frame in answer to ours');
      mustBe(code === 1000, 'a close frame of code 1000 in answer to ours', code === 1006 ? 'an end without one' : `code ${code}`);
    },
  },
];
