// Passkeys: asks the server for a challenge, the browser for a key, and tells the server.
// <div data-passkey="register|sign-in" data-start data-finish data-then data-failed hidden> … <button> <p class="wrong">
"use strict";

const csrf = document.querySelector('meta[name="csrf"]').content;

const post = async (url, body) => {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", "x-csrf-token": csrf },
    body: JSON.stringify(body ?? {}),
  });
  if (response.ok) return response.json();
  // The server answers with a page; its first paragraph says what to do.
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  throw new Error(page.querySelector("main p")?.textContent ?? "");
};

const register = async (box) => {
  const begun = await post(box.dataset.start);
  const options = PublicKeyCredential.parseCreationOptionsFromJSON(begun.options.publicKey);
  const credential = await navigator.credentials.create({ publicKey: options });
  const name = box.querySelector("input")?.value ?? "";
  await post(box.dataset.finish, { ceremony: begun.ceremony, name, credential: credential.toJSON() });
};

const signIn = async (box) => {
  const begun = await post(box.dataset.start);
  const options = PublicKeyCredential.parseRequestOptionsFromJSON(begun.options.publicKey);
  const credential = await navigator.credentials.get({ publicKey: options });
  await post(box.dataset.finish, { ceremony: begun.ceremony, credential: credential.toJSON() });
};

const possible =
  window.isSecureContext && window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON;
for (const box of document.querySelectorAll("[data-passkey]")) {
  if (!possible) continue;
  box.hidden = false;
  const button = box.querySelector("button");
  const wrong = box.querySelector(".wrong");
  button.addEventListener("click", async () => {
    wrong.textContent = "";
    // A passkey belongs to one address; under another the browser would only say no.
    if (location.origin !== box.dataset.origin) {
      const link = document.createElement("a");
      link.href = box.dataset.origin + location.pathname;
      link.textContent = box.dataset.elsewhere;
      wrong.append(link);
      return;
    }
    button.disabled = true;
    try {
      await (box.dataset.passkey === "register" ? register(box) : signIn(box));
      location.assign(box.dataset.then);
    } catch (error) {
      // Our own sentences come as Error; the browser's (cancelled, timed out) are DOMException and in its own words.
      const ours = error instanceof Error && !(error instanceof DOMException) && !(error instanceof TypeError);
      wrong.textContent = (ours && error.message) || box.dataset.failed;
      button.disabled = false;
    }
  });
}
