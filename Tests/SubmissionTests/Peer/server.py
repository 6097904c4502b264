"""aiosmtpd as a submission server. Prints its port; then one JSON object for each message that it took.

Usage: server.py (plain|starttls|implicit) (none|password|login|xoauth2|oauthbearer) FOLDER, FOLDER with cert.pem and key.pem.
"""
import asyncio, base64, json, ssl, sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("never"):
            return "550 5.1.1 nobody of that name"
        if address.startswith("later"):
            return "450 4.2.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        if b"X-Refuse: yes" in envelope.content:
            return "554 5.7.1 not this one"
        print(json.dumps({
            "sender": envelope.mail_from, "recipients": envelope.rcpt_tos, "options": envelope.mail_options,
            "content": base64.b64encode(envelope.content).decode(), "tls": server.transport.get_extra_info("ssl_object") is not None,
        }), flush=True)
        return "250 2.0.0 taken"


class XOAuth2(Handler):
    async def auth_XOAUTH2(self, server, args):
        right = base64.b64decode(args[1]) == b"user=jane@example.com\x01auth=Bearer t0ken\x01\x01"
        return AuthResult(success=right, handled=False)


class OAuthBearer(Handler):
    async def auth_OAUTHBEARER(self, server, args):
        given = base64.b64decode(args[1])
        right = given.startswith(b"n,a=jane@example.com,\x01host=") and given.endswith(b"\x01auth=Bearer t0ken\x01\x01")
        return AuthResult(success=right, handled=False)


def authenticate(server, session, envelope, mechanism, data):
    right = isinstance(data, LoginPassword) and data.login == b"jane@example.com" and data.password == b"pa ss\xc3\xbcword"
    return AuthResult(success=right, handled=False)


async def main():
    way, sign_in, folder = sys.argv[1:4]
    context = None
    if way != "plain":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder + "/cert.pem", folder + "/key.pem")
    settings = {"hostname": "peer.example", "enable_SMTPUTF8": True, "data_size_limit": 100_000}
    if sign_in != "none":
        settings.update(auth_required=True, auth_require_tls=way == "starttls", authenticator=authenticate)
    if sign_in == "login":
        settings["auth_exclude_mechanism"] = ["PLAIN"]
    if sign_in in ("xoauth2", "oauthbearer"):
        settings["auth_exclude_mechanism"] = ["PLAIN", "LOGIN"]
    if way == "starttls":
        settings.update(tls_context=context, require_starttls=True)
    handler = {"xoauth2": XOAuth2, "oauthbearer": OAuthBearer}.get(sign_in, Handler)()
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, **settings), "127.0.0.1", 0, ssl=context if way == "implicit" else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    # Ends with the test: its end of the pipe closes.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
