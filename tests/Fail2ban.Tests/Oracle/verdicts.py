# Asks the installed fail2ban what its fail2ban-regex makes of lines. Reads and writes JSON.
import contextlib
import io
import json
import logging
import sys
from configparser import InterpolationError

sys.path.insert(0, "/usr/lib/python3/dist-packages")
from fail2ban.client import fail2banregex
from fail2ban.client.filterreader import FilterReader
from fail2ban.helpers import extractOptions

logging.disable(logging.CRITICAL)


def settings(folder, text):
    name, options = extractOptions(text)
    reader = FilterReader(name, "jail", options, basedir=folder)
    if not reader.read():
        return None
    reader.applyAutoOptions("auto")
    try:
        reader.getOptions(None)
    except InterpolationError:
        return None
    found = {"prefregex": None, "failregex": [], "ignoreregex": [], "datepattern": None, "maxlines": 1}
    for command in reader.convert():
        key = command[2]
        if key in ("addfailregex", "addignoreregex"):
            found[key[3:]] += command[3] if command[0] == "multi-set" else command[3:]
        elif key in found:
            found[key] = command[3]
    return found


def verdicts(folder, text, lines):
    options, _ = fail2banregex.get_opt_parser().parse_args(["-c", folder, "-r", "-o", "row"])
    tested = fail2banregex.Fail2banRegex(options)
    if not tested.readRegex(text, "fail"):
        return None
    result = []
    for line in lines:
        _, found, ignored = tested.testRegex(line)
        result.append([] if ignored else [
            {"expression": f[0], "id": str(f[1]), "time": f[2],
             "host": next((f[3][k] for k in ("ip4", "ip6", "dns", "fid") if f[3].get(k)), None)} for f in found])
    return result


asked = json.load(sys.stdin)
answers = []
for question in asked["questions"]:
    with contextlib.redirect_stdout(io.StringIO()):
        answers.append({
            "settings": settings(asked["folder"], question["filter"]),
            "verdicts": verdicts(asked["folder"], question["filter"], question["lines"]) if question["lines"] else [],
        })
json.dump(answers, sys.stdout)
