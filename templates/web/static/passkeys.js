// Passkeys: asks the device, and sends its answer with the form. They cannot work without script.
"use strict";

const bytes = (text) => {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
};
const said = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

function read(options) {
  const wish = { ...options, challenge: bytes(options.challenge) };
  if (options.user) wish.user = { ...options.user, id: bytes(options.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (options[list]) wish[list] = options[list].map((one) => ({ ...one, id: bytes(one.id) }));
  }
  return wish;
}

function written(made) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[part]) response[part] = said(made.response[part]);
  }
  return JSON.stringify({
    id: made.id,
    rawId: said(made.rawId),
    type: made.type,
    response,
    clientExtensionResults: made.getClientExtensionResults(),
  });
}

async function ask(form) {
  const answer = await fetch(form.dataset.passkey, {
    method: "POST",
    credentials: "same-origin",
    headers: { Accept: "application/json" },
  });
  if (answer.status === 401) {
    // Signed out, or signed in too long ago: the server asks for it on a page.
    location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
    return;
  }
  if (!answer.ok) throw new Error(`refused: ${answer.status}`);
  const { step, options } = await answer.json();
  const publicKey = read(options);
  const made = options.user
    ? await navigator.credentials.create({ publicKey })
    : await navigator.credentials.get({ publicKey });
  form.elements.step.value = step;
  form.elements.credential.value = written(made);
  form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  const failed = form.querySelector("[data-failed]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    failed.hidden = true;
    ask(form).catch(() => {
      failed.hidden = false;
      delete form.dataset.sent;
    });
  });
}
