// Saves a page a little earlier than its button would. Every page works without it.
(() => {
  "use strict";

  const WAIT = 3000;
  const RETRY = 15000;
  const TIMEOUT = 15000;
  const language = document.documentElement.lang;
  const status = document.getElementById("status");
  // What is said stands in the page, in its language.
  const texts = status?.dataset ?? {};

  // What went wrong is also shown beside what was changed last. It pushes down what is below it, and covers nothing.
  const near = document.createElement("p");
  near.className = "status trouble";
  near.setAttribute("aria-hidden", "true");
  let changedLast = null;

  const say = (text, trouble) => {
    if (!status) return;
    near.textContent = trouble ? text : "";
    if (trouble && text && changedLast) changedLast.append(near);
    else near.remove();
    status.classList.toggle("trouble", Boolean(trouble));
    if (status.textContent !== text) status.textContent = text;
  };

  // An error summary is read out first.
  const errors = document.getElementById("errors");
  if (errors) errors.focus();

  // One press sends once.
  for (const form of document.querySelectorAll("form[data-once]")) {
    let sent = false;
    form.addEventListener("submit", (event) => {
      if (sent) {
        event.preventDefault();
      } else if (navigator.onLine === false) {
        event.preventDefault();
        say(texts.notSent, true);
      } else {
        sent = true;
        for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
        say(texts.sending);
      }
    });
    window.addEventListener("pageshow", () => {
      sent = false;
      for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
      say("");
    });
  }

  // What is shown once is copied by one press.
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    if (!field || !navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      field.select();
      await navigator.clipboard.writeText(field.value);
      const copied = document.getElementById("copied");
      if (copied) copied.textContent = button.dataset.copied;
    });
  }

  // How much room is left under each comment.
  const forms = new Intl.PluralRules(language);
  for (const area of document.querySelectorAll("textarea[data-limit]")) {
    const limit = Number(area.dataset.limit);
    const count = document.querySelector(`[data-count-for="${area.id}"]`);
    if (!count) continue;
    const show = () => {
      const left = limit - [...area.value.trim()].length;
      const form = forms.select(Math.abs(left));
      const text = count.getAttribute(`data-${left < 0 ? "over" : "left"}-${form}`);
      count.hidden = area.value === "";
      count.classList.toggle("over", left < 0);
      count.textContent = text.replace("{count}", Math.abs(left).toLocaleString(language));
    };
    let tell;
    area.addEventListener("input", () => {
      show();
      clearTimeout(tell);
      const near = limit - [...area.value.trim()].length < 200;
      if (near) tell = setTimeout(() => say(count.textContent), 1000);
    });
    show();
  }

  // A way to reach somebody is worth a second look. The rule is that of the server.
  const namesAContact = (text) =>
    text.split(/\s+/).some((word) => /[\p{L}\p{N}].*@[^@\s]*[\p{L}\p{N}][^@\s]*\.[^@\s]*[\p{L}\p{N}]/u.test(word))
    || (text.match(/[0-9+() .\u00a0-]+/g) ?? []).some((run) => {
      const number = run.replace(/^[^0-9+]+/, "");
      const digits = number.replace(/[^0-9]/g, "").length;
      return /^[0+]/.test(number) && digits >= 9 && digits <= 15;
    });
  for (const nudge of document.querySelectorAll("[data-nudge-for]")) {
    const area = document.getElementById(nudge.dataset.nudgeFor);
    let wait;
    area?.addEventListener("input", () => {
      clearTimeout(wait);
      wait = setTimeout(() => {
        const text = namesAContact(area.value) ? nudge.dataset.text : "";
        if (nudge.textContent !== text) nudge.textContent = text;
      }, 1000);
    });
  }

  // On paper everything is open.
  const closed = () => document.querySelectorAll("details:not([open])");
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...closed()];
    for (const details of opened) details.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });

  // A press of the button asks the device for a passkey; what it answers goes along with the form.
  const passkey = document.querySelector("form[data-passkey]");
  if (passkey) {
    const adds = passkey.dataset.passkey === "add";
    const answer = passkey.elements.namedItem("credential");
    const button = passkey.querySelector("button");
    const note = document.getElementById("passkey-status");
    const tell = (why, trouble) => {
      note.textContent = why ? passkey.dataset[why] : "";
      note.classList.toggle("trouble", Boolean(trouble));
    };
    const usable = Boolean(window.PublicKeyCredential && navigator.credentials);
    const unpack = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
    const pack = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

    const ask = async () => {
      const options = JSON.parse(passkey.dataset.options);
      const unpacked = (known) => ({ ...known, id: unpack(known.id) });
      options.challenge = unpack(options.challenge);
      if (adds) {
        options.user = unpacked(options.user);
        options.excludeCredentials = (options.excludeCredentials ?? []).map(unpacked);
      }
      const shown = await navigator.credentials[adds ? "create" : "get"]({ publicKey: options });
      const parts = adds
        ? ["attestationObject", "clientDataJSON"]
        : ["authenticatorData", "clientDataJSON", "signature", "userHandle"];
      const response = {};
      for (const part of parts) response[part] = shown.response[part] ? pack(shown.response[part]) : null;
      return JSON.stringify({
        id: shown.id, rawId: pack(shown.rawId), type: shown.type, response,
        extensions: shown.getClientExtensionResults(),
      });
    };

    const why = (error) => {
      if (error.name === "NotAllowedError" || error.name === "AbortError") return "cancelled";
      if (error.name === "InvalidStateError") return "known";
      return error.name === "SecurityError" ? "elsewhere" : "failed";
    };

    let asking = false;
    if (!usable) tell("old", true);
    passkey.addEventListener("submit", async (event) => {
      if (answer.value) return;
      event.preventDefault();
      if (asking) return;
      if (!usable) {
        tell("old", true);
        return;
      }
      asking = true;
      button.setAttribute("aria-disabled", "true");
      tell("waiting");
      try {
        answer.value = await ask();
        passkey.requestSubmit();
      } catch (error) {
        tell(why(error), true);
      }
      asking = false;
      button.removeAttribute("aria-disabled");
    });
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) answer.value = "";
    });
  }

  const form = document.querySelector("form[data-autosave]");
  if (!form || !window.fetch || !window.URLSearchParams) return;

  // The buttons are named "action" and hide the property of that name.
  const address = form.getAttribute("action");
  const openedWith = form.elements.namedItem("opened");
  // What was typed and chosen, without what the page was opened with, which goes along.
  const read = () => {
    const fields = new FormData(form);
    fields.delete("opened");
    return new URLSearchParams(fields).toString();
  };
  // A page that came back with an error holds text that is not saved yet.
  let saved = errors ? null : read();
  let busy = null;
  let timer;
  let leaving = false;

  const dirty = () => read() !== saved;

  // Gives "saved", "refused" when the page has to come back from the server to say why, or "failed" when nothing was reached.
  const save = async () => {
    const body = read();
    const stop = new AbortController();
    const alarm = setTimeout(() => stop.abort(), TIMEOUT);
    try {
      const response = await fetch(address, {
        method: "POST",
        body: openedWith ? `${body}&${new URLSearchParams({ opened: openedWith.value })}` : body,
        headers: { "Content-Type": "application/x-www-form-urlencoded", "X-Autosave": "1" },
        credentials: "omit",
        cache: "no-store",
        redirect: "error",
        signal: stop.signal,
      });
      if (response.status === 204) {
        saved = body;
        // The next save goes on from this one.
        if (openedWith) openedWith.value = response.headers.get("X-Opened") ?? openedWith.value;
        return "saved";
      }
      return response.status >= 500 || response.status === 429 ? "failed" : "refused";
    } catch {
      return "failed";
    } finally {
      clearTimeout(alarm);
    }
  };

  const saveInTurn = async () => {
    while (busy) await busy;
    busy = save();
    const outcome = await busy;
    busy = null;
    return outcome;
  };

  const failed = () => {
    say(navigator.onLine === false ? texts.noConnection : texts.unreachable, true);
  };

  const autosave = async () => {
    clearTimeout(timer);
    if (leaving || !dirty()) return;
    const outcome = await saveInTurn();
    if (leaving) return;
    if (outcome === "saved") {
      say(texts.saved);
      if (dirty()) timer = setTimeout(autosave, WAIT);
    } else if (outcome === "failed") {
      failed();
      timer = setTimeout(autosave, RETRY);
    } else {
      say(texts.refused, true);
    }
  };

  const changed = (event) => {
    changedLast = event.target.closest(".question, .comment") ?? changedLast;
    clearTimeout(timer);
    if (status && status.textContent === texts.saved) say("");
    timer = setTimeout(autosave, WAIT);
  };

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  window.addEventListener("online", autosave);
  window.addEventListener("offline", () => { if (dirty()) failed(); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") autosave(); });

  // A press of a button saves first and moves on when that has worked, so that a lost connection leaves the page as it is.
  let pressed = false;
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (leaving || !button || !button.dataset.to) return;
    event.preventDefault();
    if (pressed) return;
    pressed = true;
    clearTimeout(timer);
    button.setAttribute("aria-disabled", "true");
    say(texts.saving);
    const outcome = await saveInTurn();
    pressed = false;
    button.removeAttribute("aria-disabled");
    if (outcome === "failed") {
      failed();
      return;
    }
    leaving = true;
    if (outcome === "saved") {
      window.location.assign(button.dataset.to);
    } else {
      form.requestSubmit(button);
    }
  });

  window.addEventListener("beforeunload", (event) => {
    if (!leaving && dirty()) event.preventDefault();
  });

  window.addEventListener("pageshow", (event) => {
    leaving = false;
    if (event.persisted) say("");
  });
})();
