"""A new office, as its own process: begun by the link of its log, opened anew by its page."""

import http.cookiejar
import json
import re
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

from test_serve_process import environment, get, until

SERVE = [Path(sys.executable).with_name("parution"), "serve"]
SENTENCE = "sept chats dorment au soleil"


def a_browser():
    jar = http.cookiejar.CookieJar()
    return urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))


def send(browser, url, **typed):
    body = urllib.parse.urlencode(typed).encode()
    with browser.open(url, data=body, timeout=60) as answer:
        return answer.read().decode()


def link_of(log):
    for line in log.read_text(encoding="utf-8").splitlines():
        if '"office.is-new"' in line:
            return json.loads(line)["open_once_within_a_day"]
    return None


def test_a_new_office_is_begun_and_opened_anew(tmp_path):
    given = environment(tmp_path)
    log, browser = tmp_path / "log", a_browser()
    home = f"http://127.0.0.1:{given['PARUTION_WEB__PORT']}"
    with (
        log.open("w") as errors,
        subprocess.Popen(SERVE, env=given, stderr=errors) as process,
    ):
        try:
            until(lambda: get(given, "/health/ready")[0] == 200)
            link = link_of(log)
            assert link.startswith(f"{home}/first/")
            page = send(
                browser,
                link,
                name="Samira",
                password=SENTENCE,
                password_again=SENTENCE,
            )
            assert 'action="/start"' in page
            send(
                browser,
                f"{home}/start",
                name="Ministère de l'Habitat",
                name_ar="",
                sender="presse@habitat.test",
                zone="Africa/Casablanca",
            )
            send(browser, f"{home}/start/anew")
            until(lambda: "de l&#39;Habitat" in get(given, "/login")[1])
            # Still signed in, and nobody is offered a first link any more.
            with browser.open(f"{home}/account", timeout=60) as answer:
                assert "Samira" in answer.read().decode()
            assert len(re.findall("office.is-new", log.read_text())) == 1
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
