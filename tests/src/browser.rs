//! A real Chromium, driven through chromedriver.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{Http, Outcome, Visitor, finding, tool, wait};

/// A browser window of its own, with nothing remembered from another. Closed when dropped.
#[derive(Debug)]
pub struct Browser {
    driver: Child,
    base: String,
    http: Http,
    session: String,
    axe: String,
    scripts: bool,
    // Profiles and sockets; whatever a killed Chromium leaves there goes with it.
    _folder: TempDir,
}

/// The size of a window.
#[derive(Clone, Copy, Debug)]
pub enum Screen {
    /// 320 by 640, as a small phone.
    Phone,
    /// 1280 by 900.
    Desktop,
}

/// Every name below this one leads a browser to this machine, as if each was a site of its own. A browser does not
/// trust them as it trusts 127.0.0.1, so it sends no `Sec-Fetch-*` there.
pub const HERE: &str = "here.example";

const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// No command takes longer on a busy machine; one that does will never answer.
const COMMAND: Duration = Duration::from_secs(15);

/// Chromium starts several processes, and axe-core looks at every element in every way it knows: they may take longer.
const LONG_COMMAND: Duration = Duration::from_mins(1);

/// Starts the driver and reads on which port it listens; none where it ended without one.
fn start_driver(chromedriver: &Path, folder: &Path) -> Outcome<Option<(Child, u16)>> {
    let mut driver = Command::new(chromedriver)
        .arg("--port=0")
        .env("TMPDIR", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()?;
    let output = driver.stdout.take().ok_or("chromedriver has no standard output")?;
    for line in BufReader::new(output).lines() {
        if let Some((_, rest)) = line?.split_once("started successfully on port ") {
            return Ok(rest.trim().trim_end_matches('.').parse().ok().map(|port| (driver, port)));
        }
    }
    driver.wait()?;
    Ok(None)
}

impl Browser {
    /// Opens a window.
    pub fn open(screen: Screen) -> Outcome<Self> {
        Self::start(screen, true)
    }

    /// Opens a window that runs no script of any page, as some people's and some offices' do.
    pub fn open_without_scripts(screen: Screen) -> Outcome<Self> {
        Self::start(screen, false)
    }

    fn start(screen: Screen, scripts: bool) -> Outcome<Self> {
        let chromedriver = tool::find("CANDOUR_CHROMEDRIVER", Path::new("/usr/bin/chromedriver"))?;
        let axe = tool::find("CANDOUR_AXE", &tool::target_folder()?.join("test-tools/axe.min.js"))?;
        let axe = std::fs::read_to_string(axe)?;
        let folder = tempfile::Builder::new().prefix("candour-browser-").tempdir()?;
        // It takes a free port of one kind of address and needs the same of another, which somebody else may have.
        let started = (0..5).find_map(|_| start_driver(&chromedriver, folder.path()).transpose());
        let (driver, port) = started.ok_or("chromedriver did not start")??;
        let base = format!("http://127.0.0.1:{port}");
        let http = Http::patient_for(&base, COMMAND);
        let mut browser = Self { driver, base, http, session: String::new(), axe, scripts, _folder: folder };
        browser.session = browser.new_session(screen)?;
        Ok(browser)
    }

    /// Sends a command of the developer tools, such as one that emulates a setting of the device.
    pub fn devtools(&self, command: &str, parameters: &Value) -> Outcome<Value> {
        self.command("POST", "/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    /// Goes to an address.
    pub fn go(&self, url: &str) -> Outcome {
        self.command("POST", "/url", &json!({ "url": url }))?;
        Ok(())
    }

    /// The address shown.
    pub fn url(&self) -> Outcome<String> {
        Ok(self.command("GET", "/url", &Value::Null)?.as_str().unwrap_or_default().to_owned())
    }

    /// Signs the window in at this address as this visitor is.
    pub fn becomes(&self, visitor: &Visitor, base: &str) -> Outcome {
        let cookies = visitor.cookies();
        let (name, value) = cookies.split_once('=').ok_or("the visitor has no cookie")?;
        let cookie = json!({ "name": name, "value": value, "url": base, "httpOnly": true });
        self.devtools("Network.setCookie", &cookie).map(drop)
    }

    /// Runs a function body in the page and gives what it returns, even in a window that runs no script of the page
    /// itself.
    pub fn run(&self, script: &str, arguments: &[Value]) -> Outcome<Value> {
        self.command("POST", "/execute/sync", &json!({ "script": script, "args": arguments }))
    }

    /// The visible text of the page.
    pub fn text(&self) -> Outcome<String> {
        Ok(self
            .run("return document.body ? document.body.innerText : ''", &[])?
            .as_str()
            .unwrap_or_default()
            .to_owned())
    }

    /// How many elements there are.
    pub fn count(&self, css: &str) -> Outcome<usize> {
        let found = self.command("POST", "/elements", &json!({ "using": "css selector", "value": css }))?;
        Ok(found.as_array().map_or(0, Vec::len))
    }

    /// Clicks an element, as a person would: it must be visible and not covered.
    pub fn click(&self, css: &str) -> Outcome {
        if !self.scripts {
            return self.click_without_scripts(css);
        }
        let element = self.find(css)?;
        self.command("POST", &format!("/element/{element}/click"), &json!({}))?;
        Ok(())
    }

    /// Clicks a link or a button that leads to another page, and waits until that page is there: also where it has the
    /// address of the page before.
    pub fn follow(&self, css: &str) -> Outcome {
        self.leads_on(css, || self.click(css))
    }

    /// Does what leads to another page, and waits until that page is there.
    pub fn leads_on(&self, what: &str, act: impl FnOnce() -> Outcome) -> Outcome {
        self.run("window.wasHere = true", &[])?;
        act()?;
        let arrived = wait::until(&format!("the page after {what}"), LONG_COMMAND, || {
            // Between two pages there may be none to ask.
            let there = self.run("return !window.wasHere && document.readyState === 'complete'", &[]);
            Ok(there.is_ok_and(|there| there == true).then_some(()))
        });
        arrived.map_err(|error| format!("{error}; the page says\n{}", self.text().unwrap_or_default()).into())
    }

    /// Types into an element.
    pub fn type_into(&self, css: &str, text: &str) -> Outcome {
        let element = self.find(css)?;
        self.command("POST", &format!("/element/{element}/value"), &json!({ "text": text }))?;
        Ok(())
    }

    /// Empties a text field.
    pub fn clear(&self, css: &str) -> Outcome {
        let element = self.find(css)?;
        self.command("POST", &format!("/element/{element}/clear"), &json!({}))?;
        Ok(())
    }

    /// A property of an element, such as its `value`.
    pub fn property(&self, css: &str, name: &str) -> Outcome<Value> {
        let element = self.find(css)?;
        self.command("GET", &format!("/element/{element}/property/{name}"), &Value::Null)
    }

    /// Presses keys on whatever has the focus.
    pub fn press(&self, keys: &str) -> Outcome {
        let actions: Vec<Value> = keys
            .chars()
            .flat_map(|key| [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })])
            .collect();
        self.command(
            "POST",
            "/actions",
            &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] }),
        )?;
        Ok(())
    }

    /// Gives the device an authenticator that holds passkeys, with a person at it who confirms everything.
    pub fn add_authenticator(&self) -> Outcome {
        let wanted = json!({
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
            "isUserConsenting": true, "isUserVerified": true,
        });
        self.command("POST", "/webauthn/authenticator", &wanted)?;
        Ok(())
    }

    /// The value of a cookie, also of one that no script can read; empty where there is none.
    pub fn cookie(&self, name: &str) -> Outcome<String> {
        let cookies = self.command("GET", "/cookie", &Value::Null)?;
        let found = cookies.as_array().into_iter().flatten().find(|cookie| cookie["name"] == name);
        Ok(found.and_then(|cookie| cookie["value"].as_str()).unwrap_or_default().to_owned())
    }

    /// A picture of what the window shows, as PNG.
    pub fn picture(&self) -> Outcome<Vec<u8>> {
        let picture = self.command("GET", "/screenshot", &Value::Null)?;
        Ok(STANDARD.decode(picture.as_str().unwrap_or_default())?)
    }

    /// The addresses requested since the last call.
    pub fn requests(&self) -> Outcome<Vec<String>> {
        let entries = self.command("POST", "/se/log", &json!({ "type": "performance" }))?;
        let mut urls = Vec::new();
        for entry in entries.as_array().into_iter().flatten() {
            let message: Value = serde_json::from_str(entry["message"].as_str().unwrap_or("null"))?;
            if message["message"]["method"] == "Network.requestWillBeSent" {
                urls.push(message["message"]["params"]["request"]["url"].as_str().unwrap_or_default().to_owned());
            }
        }
        Ok(urls)
    }

    /// What axe-core finds wrong with the page: one line for each violation.
    pub fn accessibility_violations(&self) -> Outcome<Vec<String>> {
        let http = Http::patient_for(&self.base, LONG_COMMAND);
        self.command_through(
            &http,
            "POST",
            "/execute/sync",
            &json!({ "script": format!("{}; return null", self.axe), "args": [] }),
        )?;
        let script = "const done = arguments[arguments.length - 1]; \
            axe.run(document, {rules: {'target-size': {enabled: true}}}).then(found => done({violations: found.violations}), error => \
            done({error: String(error)}));";
        let found = self.command_through(&http, "POST", "/execute/async", &json!({ "script": script, "args": [] }))?;
        let Some(violations) = found["violations"].as_array() else { finding!("axe-core did not finish: {found}") };
        let line = |violation: &Value| {
            format!("{}: {} at {}", violation["id"], violation["help"], violation["nodes"][0]["html"])
        };
        Ok(violations.iter().map(line).collect())
    }

    fn new_session(&self, screen: Screen) -> Outcome<String> {
        let mut options = json!({
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--no-first-run", "--disable-background-networking", "--disable-component-update",
                     format!("--host-resolver-rules=MAP *.{HERE} 127.0.0.1")],
            "perfLoggingPrefs": { "enableNetwork": true },
        });
        let metrics = match screen {
            Screen::Phone => json!({ "width": 320, "height": 640, "pixelRatio": 2.0, "touch": true, "mobile": true }),
            Screen::Desktop => {
                json!({ "width": 1280, "height": 900, "pixelRatio": 1.0, "touch": false, "mobile": false })
            }
        };
        options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
        if !self.scripts {
            options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
        }
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": { "performance": "ALL" },
            "timeouts": { "script": LONG_COMMAND.as_millis(), "pageLoad": COMMAND.as_millis(), "implicit": 0 },
        } } });
        let http = Http::patient_for(&self.base, LONG_COMMAND);
        let reply = http.send(
            "POST",
            "/session",
            &[("content-type", "application/json")],
            Some(wanted.to_string().as_bytes()),
        )?;
        let reply = reply.with(200)?.json()?;
        reply["value"]["sessionId"].as_str().map(str::to_owned).ok_or_else(|| format!("no session: {reply}").into())
    }

    /// The driver's own click waits for the page's next animation frame, which never comes to a page without scripts.
    fn click_without_scripts(&self, css: &str) -> Outcome {
        let place = "const element = document.querySelector(arguments[0]); if (!element) return null; \
            element.scrollIntoView({block: 'center', behavior: 'instant'}); \
            const box = element.getClientRects()[0], x = box.x + box.width / 2, y = box.y + box.height / 2; \
            return {x, y, met: box.width > 0 && element.contains(document.elementFromPoint(x, y))}";
        let place = self.run(place, &[json!(css)])?;
        if place["met"] != true {
            finding!("{css} cannot be clicked: {place}");
        }
        for step in ["mousePressed", "mouseReleased"] {
            let event = json!({ "type": step, "x": place["x"], "y": place["y"], "button": "left", "clickCount": 1 });
            self.command("POST", "/goog/cdp/execute", &json!({ "cmd": "Input.dispatchMouseEvent", "params": event }))?;
        }
        Ok(())
    }

    fn find(&self, css: &str) -> Outcome<String> {
        let found = self.command("POST", "/element", &json!({ "using": "css selector", "value": css }))?;
        found[ELEMENT].as_str().map(str::to_owned).ok_or_else(|| format!("no element {css}").into())
    }

    fn command(&self, method: &str, path: &str, body: &Value) -> Outcome<Value> {
        self.command_through(&self.http, method, path, body)
    }

    fn command_through(&self, http: &Http, method: &str, path: &str, body: &Value) -> Outcome<Value> {
        let bytes = body.to_string();
        let body = (!body.is_null()).then_some(bytes.as_bytes());
        let whole = format!("/session/{}{path}", self.session);
        let reply = http
            .send(method, &whole, &[("content-type", "application/json")], body)
            .map_err(|error| format!("the browser does not answer {method} {path}: {error}"))?;
        let answer = reply.json()?;
        if reply.status != 200 {
            finding!("the browser: {} {}", answer["value"]["error"], answer["value"]["message"]);
        }
        Ok(answer["value"].clone())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Closing the window first lets Chromium go; then the group ends, whatever is left of it. Nobody is left to
        // tell of failures.
        drop(self.http.send("DELETE", &format!("/session/{}", self.session), &[], None));
        if let Some(group) = i32::try_from(self.driver.id()).ok().and_then(Pid::from_raw) {
            let _ended = kill_process_group(group, Signal::KILL);
        }
        drop(self.driver.wait());
    }
}
