/** Check-ins, and what a device tells and is told in them; without an administrator. */
import { checkInTriggers } from '../../../protocol/messages.ts';
import { type ConformanceCase, mustBe } from '../conformance-case.ts';

/** As a plain iPhone would tell it. */
const information = {
  deviceName: 'conformance',
  osVersion: '17.5',
  jailBroken: false,
  encrypted: true,
  passcode: true,
  workProfilePasscode: null,
  resetToken: 'none' as const,
  lostMode: false,
  activationLock: false,
  activeUser: null,
  apps: [],
};

export const checkInCases: readonly ConformanceCase[] = [
  {
    name: 'check-in-answered',
    section: 'Flows: Check in',
    title: 'knows the device by its client certificate, and answers a check-in with `check-in-done`',
    needs: ['enrols', 'certificate-issued'],
    async run(bench) {
      const { device, link } = await bench.connected();
      await bench.idleCheckIn(device, link);
    },
  },
  {
    name: 'check-in-triggers',
    section: 'Flows: Check in',
    title: 'answers check-ins one after the other on one link, whatever set them off',
    needs: ['check-in-answered'],
    async run(bench) {
      const { device, link } = await bench.connected();
      for (const trigger of checkInTriggers) await bench.idleCheckIn(device, link, { trigger });
    },
  },
  {
    name: 'configuration-once',
    section: 'Flows: Tell and be told',
    title: 'sends no configuration to a device that names the version of it',
    needs: ['check-in-answered'],
    async run(bench) {
      const { device, link } = await bench.connected();
      link.send(bench.checkIn(device));
      const first = await link.nextOf(['configuration', 'check-in-done'], ['notice']);
      // A server without configurations has nothing to send twice.
      if (first.type === 'check-in-done') return;
      await link.next('check-in-done', ['notice']);
      link.send(bench.checkIn(device, { configuration: first.configuration.version }));
      await link.next('check-in-done', ['notice']);
    },
  },
  {
    name: 'device-information-silent',
    section: 'Flows: Tell and be told',
    title: 'takes `device-information` without an answer',
    needs: ['check-in-answered'],
    async run(bench) {
      const { device, link } = await bench.connected();
      link.send({ type: 'device-information', deviceId: device.id, information });
      await bench.idleCheckIn(device, link);
    },
  },
  {
    name: 'clock-done-silent',
    section: 'Flows: Clock',
    title: 'takes `clock-done` without an answer',
    needs: ['check-in-answered'],
    async run(bench) {
      const { device, link } = await bench.connected();
      link.send({ type: 'clock-done', step: 0, lastCheckIn: null, nextCheckIn: null, nextNoteworthy: null });
      await bench.idleCheckIn(device, link);
    },
  },
  {
    name: 'result-of-nothing',
    section: 'Codes',
    title: 'refuses the result of a command that it never sent',
    needs: ['check-in-answered'],
    async run(bench) {
      const { device, link } = await bench.connected();
      link.send({ type: 'command-result', deviceId: device.id, commandId: 'never-sent', status: 'acknowledged' });
      await link.refusal('message-unexpected');
    },
  },
  {
    name: 'reconnects',
    section: 'Flows: Check in',
    title: 'takes a device back with the same certificate, after a close and after a broken link',
    needs: ['check-in-answered'],
    async run(bench) {
      const { device, link } = await bench.connected();
      await bench.idleCheckIn(device, link);
      await link.close('gone');
      const second = await bench.open(device.identity);
      await bench.idleCheckIn(device, second);
      second.break();
      const third = await bench.open(device.identity);
      await bench.idleCheckIn(device, third);
    },
  },
  {
    name: 'session-resumed',
    section: 'Connection',
    title: 'knows a device by its certificate also where it resumes its TLS session',
    needs: ['reconnects'],
    async run(bench) {
      const { device, link } = await bench.connected();
      await bench.idleCheckIn(device, link);
      const { session } = link;
      await link.close('gone');
      // A server need not hand sessions over, and need not take them again.
      await bench.idleCheckIn(device, await bench.open(device.identity, { session }));
    },
  },
  {
    name: 'session-replaced',
    section: 'Connection',
    title: 'ends the link of a device that opens a newer one',
    needs: ['check-in-answered'],
    async run(bench) {
      const { device, link } = await bench.connected();
      await bench.idleCheckIn(device, link);
      const newer = await bench.open(device.identity);
      await link.refusal('session-replaced');
      await bench.idleCheckIn(device, newer);
    },
  },
  {
    name: 'unenrolls',
    section: 'Flows: Leave',
    title: 'ends the link and the record of a device that unenrols',
    needs: ['check-in-answered'],
    async run(bench) {
      const { device, link } = await bench.connected();
      link.send({ type: 'unenroll', deviceId: device.id });
      const { code } = await link.ended('the end of the link after unenroll');
      mustBe(code !== 1006, 'a close frame after unenroll', 'an end without one');
      const later = await bench.open(device.identity);
      await later.refusal('device-unknown');
    },
  },
];
