"""Signing in with a real OpenID provider (PyPI's oidc-provider-mock), and everything that must not get in.

Ends with 1, and a list, if anything is not as it has to be.
"""

import json
import sys
import urllib.parse

from serving import Browser, Serving
from stage import Processes, answers, folder, free_port, say, virtual_environment, wait_until

PACKAGES = ["oidc-provider-mock==0.3.4"]
PEOPLE = {
    "ada": {"email": "ada@example.org", "email_verified": True},
    "unverified": {"email": "bob@example.org", "email_verified": False},
    "stranger": {"email": "eve@example.org", "email_verified": True},
    "nomail": {},
}
problems, passed = [], 0


def check(what, is_so, found=None):
    global passed
    if is_so:
        passed += 1
    else:
        problems.append(what if found is None else f"{what}: {found}")
        say(f"WRONG: {problems[-1]}")


def main():
    environment = virtual_environment("oidc", PACKAGES)
    with Processes() as processes:
        place, port, provider_port = folder("server-signin"), free_port(), free_port()
        issuer = f"http://127.0.0.1:{provider_port}"
        words = [
            environment / "bin" / "oidc-provider-mock", "--port", provider_port, "--require-nonce", "true"]
        for subject, claims in PEOPLE.items():
            words += ["--user-claims", json.dumps({"sub": subject, **claims})]
        processes.start(words, place / "provider.log")
        wait_until("the provider", lambda: answers(provider_port, "/.well-known/openid-configuration"))
        server = Serving(
            processes, place, port, organisation="Example",
            sign_in={"issuer": issuer, "client_id": "assay", "client_secret": {"environment": "OIDC_SECRET"}})
        server.command("person", "add", "ada@example.org", "--name", "Ada")
        server.command("person", "add", "bob@example.org", "--name", "Bob")
        server.start(OIDC_SECRET="a-secret-of-the-harness")

        def at_provider(browser, return_to="/me"):
            """The provider's form, as the server sent the browser to it."""
            answer = browser.ask(f"{server.base}/sign-in?return-to={urllib.parse.quote(return_to, safe='')}")
            check("signing in leads to the provider", (answer.leads_to or "").startswith(issuer), answer.leads_to)
            return answer.leads_to

        def grant(browser, address, subject):
            """Where the provider sends the browser once `subject` has signed in."""
            return browser.ask(address, form={"sub": subject}).leads_to

        # Nobody yet
        stranger = Browser()
        for path in ["/me", "/me/seen-by-others", "/me/who-looked", "/people", "/sources"]:
            answer = stranger.ask(server.base + path)
            check(f"{path} asks to sign in first", answer.status in (401, 404), answer.status)

        # Ada
        ada = Browser()
        form = at_provider(ada)
        query = urllib.parse.parse_qs(urllib.parse.urlparse(form).query)
        check("PKCE with S256", query.get("code_challenge_method") == ["S256"], query)
        back = grant(ada, form, "ada")
        check("the provider sends back a code", "code=" in (back or ""), back)
        done = ada.ask(back)
        check("signed in, and on to the page", done.leads_to == server.base + "/me", (done.status, done.body[-300:]))
        session = [line for line in done.cookies if line.startswith("assay=asy_")]
        check("the cookie is for the server alone", session and all(
            mark in session[0] for mark in ["HttpOnly", "SameSite=Lax", "Path=/"]), done.cookies)
        check("her page", ada.ask(server.base + "/me").status == 200)
        check("the address of the provider's answer is used once", ada.ask(back).status == 400)

        # What must not get in
        check("an answer without its attempt", Browser().ask(back).status == 400)
        mallory = Browser()
        hers = grant(mallory, at_provider(mallory), "ada")
        check("an answer to another's attempt", ada.ask(hers).status == 400)
        wrong = Browser()
        target = grant(wrong, at_provider(wrong), "ada")
        check("a changed state", wrong.ask(target.replace("state=", "state=x")).status == 400)
        made_up = Browser()
        at_provider(made_up)
        state = urllib.parse.parse_qs(urllib.parse.urlparse(grant(made_up, at_provider(made_up), "ada")).query)["state"][0]
        check("a code that the provider did not give",
              made_up.ask(f"{server.base}/sign-in/callback?code=made-up&state={state}").status == 502)
        refused = Browser()
        address = at_provider(refused)
        state = urllib.parse.parse_qs(urllib.parse.urlparse(address).query)["state"][0]
        answer = refused.ask(f"{server.base}/sign-in/callback?error=%3Cscript%3E&state={state}")
        check("an error is not repeated on the page", answer.status == 400 and "<script" not in answer.body)
        for subject in ["unverified", "stranger", "nomail"]:
            browser = Browser()
            answer = browser.ask(grant(browser, at_provider(browser), subject))
            check(f"{subject} is not let in", answer.status == 403, answer.status)
            check(f"{subject} sees nothing", browser.ask(server.base + "/me").status == 401)
        for elsewhere in ["//evil.example/", "https://evil.example/", "/\\evil.example"]:
            browser = Browser()
            answer = browser.ask(grant(browser, at_provider(browser, elsewhere), "ada"))
            check(f"return-to {elsewhere} stays here", (answer.leads_to or "").startswith(server.base + "/"), answer.leads_to)

        # Fixation: a session that somebody planted in the browser is never taken up
        planted = [cookie for cookie in ada.jar if cookie.name == "assay"][0].value
        victim = Browser()
        answer = victim.ask(server.base + "/sign-in", headers={"Cookie": f"assay={'asy_' + 'A' * 49}"})
        fresh = victim.ask(grant(victim, answer.leads_to, "ada"), headers={})
        new = [line for line in fresh.cookies if line.startswith("assay=asy_")]
        check("a new session has a new secret", new and planted not in new[0])

        # Other sites
        for headers in [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]:
            answer = ada.ask(server.base + "/sign-out", form={}, headers=headers)
            check(f"{headers} does not sign out", answer.status == 403, answer.status)
        check("another name for this machine", ada.ask(server.base + "/me", headers={"Host": "evil.example"}).status == 421)
        check("still signed in", ada.ask(server.base + "/me").status == 200)

        # The end
        signed_out = ada.ask(server.base + "/sign-out", form={}, headers={"Origin": server.base})
        check("signed out", signed_out.status == 200, signed_out.status)
        kept = Browser().ask(server.base + "/me", headers={"Cookie": f"assay={planted}"})
        check("the secret opens nothing any more", kept.status == 401, kept.status)
        again = Browser()
        again.ask(grant(again, at_provider(again), "ada"))
        check("signed in again", again.ask(server.base + "/me").status == 200)
        server.command("person", "remove", "ada@example.org")
        check("who has left is out at once", again.ask(server.base + "/me").status == 401)

        log = server.log.read_text()
        for secret in ["a-secret-of-the-harness", planted, "code="]:
            check(f"no secret in the log ({secret[:6]}…)", secret not in log)
    say(f"{passed} checks of signing in passed" + (f", {len(problems)} failed" if problems else ""))
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
