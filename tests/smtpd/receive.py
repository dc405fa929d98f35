"""A mail server for tests: keeps each accepted message as <n>.eml, refuses what it is told to.

Prints "listening <port>" once it answers. Writes every attempt to attempts.txt and the envelope recipient of every accepted
message to recipients.txt, both in the folder.
"""

import argparse
import asyncio
import os
import uuid

from aiosmtpd.smtp import SMTP


class Keeper:
    """Takes messages one recipient at a time."""

    def __init__(self, options):
        self.options = options
        self.put_off = options.put_off
        self.once = {address: reply for address, reply in options.once}
        self.always = {address: reply for address, reply in options.always}

    def note(self, name, line):
        with open(os.path.join(self.options.folder, name), "a", encoding="utf-8") as file:
            file.write(line + "\n")

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address.lower() in self.options.refuse:
            self.note("attempts.txt", f"{address} 550")
            return "550 5.1.1 No such user here"
        reply = self.always.get(address.lower()) or self.once.pop(address.lower(), None) or self.once.pop("anybody", None)
        if reply:
            self.note("attempts.txt", f"{address} {reply[:3]}")
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(self.options.delay / 1000)
        recipients = " ".join(envelope.rcpt_tos)
        if self.put_off > 0:
            self.put_off -= 1
            self.note("attempts.txt", f"{recipients} 451")
            return "451 4.3.0 Try again later"
        name = os.path.join(self.options.folder, str(uuid.uuid4()))
        with open(name + ".part", "wb") as file:
            file.write(envelope.original_content)
        os.rename(name + ".part", name + ".eml")
        self.note("recipients.txt", recipients)
        self.note("attempts.txt", f"{recipients} 250")
        return "250 OK"


async def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--refuse", action="append", default=[], help="answer 550 for this recipient")
    parser.add_argument(
        "--once", nargs=2, action="append", default=[], metavar=("RECIPIENT", "REPLY"), help="this reply once; for 'anybody', to whoever is first"
    )
    parser.add_argument("--always", nargs=2, action="append", default=[], metavar=("RECIPIENT", "REPLY"), help="this reply each time")
    parser.add_argument("--put-off", type=int, default=0, help="answer 451 to the first so many messages")
    parser.add_argument("--delay", type=int, default=0, help="milliseconds before a message is taken")
    keeper = Keeper(parser.parse_args())
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(keeper), "127.0.0.1", keeper.options.port)
    print("listening", server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
