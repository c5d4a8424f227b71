"""What a gate that is not root can do with applications: run as a program, it drops root first, and prints what it saw.

Its interpreter may lie in root's home, so that everything is imported and tried once before.
"""

import asyncio
import ctypes
import json
import os
import sys

from llmgate.processes import containment, supervisor
from llmgate.processes.containment import PR_SET_DUMPABLE
from tests.applications import PYTHON, applications, asked, command

USER = 60_900
SEEN = """
import json, os, subprocess, sys
def tried(action):
    try:
        return bool(action())
    except OSError as error:
        return type(error).__name__
gate = int(open(f'/proc/{os.getppid()}/stat').read().rpartition(')')[2].split()[1])
subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)', MARK], start_new_session=True)
print(json.dumps({'output': {
    'environment': sorted(os.environ), 'user': os.getuid(),
    'gate': [tried(lambda: open(f'/proc/{gate}/{what}', 'rb').read(1)) for what in ('environ', 'mem')],
    'tree': tried(lambda: open('app.py', 'a')),
}}))
"""


async def tell(contained, mark):
    source = {"app.py": f"MARK = {mark!r}\n{SEEN}"}
    async with applications(source, contained=contained) as made:
        reply = await asked(made, command(PYTHON, "app.py"))
        late = await asked(made, command(PYTHON, "-c", "import time; time.sleep(60)", timeout_s=0.3))
        return {"lacking": contained.lacking, "output": reply.output, "fault": reply.fault, "late": late.fault}


def main():
    words = (PYTHON, "-I", "-B", supervisor.__file__)
    asyncio.run(tell(containment.detect(words), "warm"))
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(USER, USER, USER)
        os.setresuid(USER, USER, USER)
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)  # as in a process that was never root
    sys.stdout.write(json.dumps(asyncio.run(tell(containment.detect(words), sys.argv[1]))))


main()
