# SPDX-License-Identifier: Apache-2.0
"""Chromium without a window, driven through the DevTools protocol over a pair of pipes."""
import base64
import itertools
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
OPTIONS = [
    "--headless=new", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check", "--disable-gpu",
    "--disable-extensions", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-default-apps", "--disable-dev-shm-usage", "--hide-scrollbars", "--mute-audio", "--no-pings",
    # Names of elsewhere lead nowhere.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", "--force-color-profile=srgb"]


class Browser:
    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="chromium-")
        # The browser reads orders from its descriptor 3 and answers on 4.
        order_end, self._orders = os.pipe()
        self._answers, answer_end = os.pipe()
        command = [CHROMIUM, *OPTIONS, f"--user-data-dir={self.directory}", "about:blank"]
        if os.geteuid() == 0:
            command.insert(1, "--no-sandbox")

        def descriptors():
            os.setsid()
            first, second = os.dup(order_end), os.dup(answer_end)
            os.dup2(first, 3)
            os.dup2(second, 4)

        # Above what is handed over, so that neither end of a pipe is closed by the other's copy.
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=descriptors, pass_fds=[3, 4],
            env={**os.environ, "HOME": self.directory})
        os.close(order_end)
        os.close(answer_end)
        self._numbers = itertools.count(1)
        self._rest = b""
        self._events = []

    def call(self, method, session=None, **parameters):
        number = next(self._numbers)
        order = {"id": number, "method": method, "params": parameters}
        if session:
            order["sessionId"] = session
        os.write(self._orders, json.dumps(order).encode() + b"\0")
        while True:
            message = self._next()
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self._events.append(message)

    def _next(self):
        while b"\0" not in self._rest:
            piece = os.read(self._answers, 1 << 20)
            if not piece:
                raise RuntimeError("the browser has ended")
            self._rest += piece
        message, self._rest = self._rest.split(b"\0", 1)
        return json.loads(message)

    def events(self, session):
        """What has happened since the last time."""
        self.call("Browser.getVersion")
        own = [event for event in self._events if event.get("sessionId") == session]
        self._events = [event for event in self._events if event.get("sessionId") != session]
        return own

    def tab(self, **options):
        return Tab(self, **options)

    def close(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        os.close(self._orders)
        os.close(self._answers)
        shutil.rmtree(self.directory, ignore_errors=True)


class Tab:
    def __init__(self, browser, width=1280, height=800, dark=False):
        self.browser = browser
        # Without anything from other tabs.
        context = browser.call("Target.createBrowserContext")["browserContextId"]
        target = browser.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        self.target = target
        self.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Network", "Log"]:
            self.call(f"{domain}.enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce"}])
        self.errors, self.requests, self.dialogs = [], [], []

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def look(self):
        """Notes what the page has complained of, asked for and opened."""
        for event in self.browser.events(self.session):
            name, facts = event["method"], event["params"]
            if name == "Runtime.exceptionThrown":
                details = facts["exceptionDetails"]
                self.errors.append(details.get("exception", {}).get("description") or details["text"])
            elif name == "Runtime.consoleAPICalled" and facts["type"] in ("error", "warning"):
                self.errors.append(str(facts["args"]))
            elif name == "Log.entryAdded" and facts["entry"]["level"] in ("error", "warning"):
                self.errors.append(f"{facts['entry']['text']} {facts['entry'].get('url', '')}")
            elif name == "Network.requestWillBeSent":
                self.requests.append(facts["request"]["url"])
            elif name == "Page.javascriptDialogOpening":
                self.dialogs.append(facts["message"])
                self.call("Page.handleJavaScriptDialog", accept=False)

    def go(self, address):
        self.call("Page.navigate", url=address)
        self.wait("document.readyState === 'complete' && document.querySelector('main')?.children.length")

    def run(self, expression):
        """The value of an expression in the page, awaited if it is a promise."""
        result = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise AssertionError(details.get("exception", {}).get("description") or details["text"])
        return result["result"].get("value")

    def wait(self, expression, seconds=30):
        """Until an expression is true."""
        end = time.monotonic() + seconds
        while True:
            try:
                value = self.run(f"Boolean({expression})")
            except (AssertionError, RuntimeError) as error:
                # The page before this one has just gone.
                value, last = None, error
            else:
                last = None
            if value:
                return
            if time.monotonic() > end:
                text = self.run("document.body?.innerText ?? ''")
                raise AssertionError(f"{expression} is not true ({last}); the page says: {text[:600]}; {self.errors}")
            time.sleep(0.05)

    def text(self, selector="main"):
        return self.run(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''")

    def click(self, selector):
        self.wait(f"document.querySelector({json.dumps(selector)})")
        self.run(f"document.querySelector({json.dumps(selector)}).click()")

    def fill(self, selector, text):
        """Puts a text into a field as if it had been typed."""
        self.wait(f"document.querySelector({json.dumps(selector)})")
        self.run(f"""(() => {{ const field = document.querySelector({json.dumps(selector)}); field.focus();
            field.value = {json.dumps(text)}; field.dispatchEvent(new Event('input', {{bubbles: true}})); }})()""")

    def press(self, key):
        code = {"Enter": 13, "Escape": 27}.get(key, 0)
        extra = {"text": "\r"} if key == "Enter" else {"text": key} if len(key) == 1 else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=code, **extra)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def picture(self, path):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def close(self):
        self.browser.call("Target.closeTarget", targetId=self.target)
