"""The check-ins of a fleet in SimPy: one process for each device. Started by check-ins.ts; prints a line of JSON."""
import array
import json
import sys
import time

try:
    import simpy
except ImportError:
    sys.exit(3)


def device(env, instants, lived):
    for at in instants:
        yield env.timeout(at - env.now)
        lived[0] += 1


def main(path):
    with open(path, "rb") as file:
        devices = array.array("d", file.read(8))[0]
        counts = array.array("d", file.read(8 * int(devices)))
        fleet = [array.array("d", file.read(8 * int(count))) for count in counts]
    lived = [0]
    began = time.perf_counter()
    env = simpy.Environment()
    for instants in fleet:
        env.process(device(env, instants, lived))
    env.run()
    seconds = time.perf_counter() - began
    print(json.dumps({"checkIns": lived[0], "seconds": seconds, "version": simpy.__version__}))


main(sys.argv[1])
