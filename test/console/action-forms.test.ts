/** The page asks for what an action takes, by Graph's names: the table of all actions decides. */
import { describe, expect, it } from 'vitest';
import { actionTable, commandTypes, isPossible } from '../../protocol/commands.ts';
import { actionForms, bodyOf, bulkActions, bulkParameters, parametersFor } from '../../server-stub/console/devices/action-forms.ts';

/** Taken by Graph and without effect here: nobody is asked for it. */
const notAsked = ['obliterationBehavior'];
const systems = ['iOS', 'iPadOS', 'macOS', 'Android', 'Windows'];

describe('the forms of actions', () => {
  it.each(commandTypes.filter(isPossible))('%s: every parameter, and no other', (type) => {
    const asked = new Set(systems.flatMap((system) => parametersFor(type, system).map(({ name }) => name)));
    expect([...asked].sort()).toEqual(
      Object.keys(actionTable[type].asked.shape)
        .filter((name) => !notAsked.includes(name))
        .sort(),
    );
  });

  it('send what the table accepts, whatever was ticked and left empty', () => {
    for (const type of commandTypes.filter(isPossible)) {
      for (const system of systems) {
        const parameters = parametersFor(type, system);
        for (const ticked of [true, false]) {
          const values = parameters.map(({ name, kind, required }) => {
            if (kind === 'flag') return [name, ticked];
            return [name, required === true ? 'x' : ''];
          });
          const body = bodyOf(parameters, Object.fromEntries(values));
          expect(actionTable[type].asked.safeParse(body).success, `${type} ${system} ${JSON.stringify(body)}`).toBe(true);
        }
      }
    }
  });

  it('are there for actions that exist, and so are those on many devices', () => {
    const known = [...commandTypes, 'delete'];
    expect(Object.keys(actionForms).filter((name) => !known.includes(name))).toEqual([]);
    for (const action of bulkActions) {
      const type = commandTypes.find((one) => one === action.name);
      if (action.name !== 'delete')
        expect(Object.keys(actionTable[type as 'wipe'].asked.shape)).toEqual(
          expect.arrayContaining(bulkParameters(action).map(({ name }) => name)),
        );
    }
  });
});
