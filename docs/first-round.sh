#!/bin/sh
# A first round from an empty service to a result that an integration reads.
# Needs curl and python3. Start `candour serve` in a folder, and run this in the same one from another terminal.
set -eu
umask 077
base=${CANDOUR_BASE_URL:-http://localhost:8360}
api=$base/v1
json='Content-Type: application/json'
call() { token=$1; shift; curl -sS --fail-with-body -H "Authorization: Bearer $token" "$@"; }
# field items.0.id: that part of the JSON document on standard input
field() {
    python3 -c 'import functools, json, sys
step = lambda part, name: part[int(name) if name.isdigit() else name]
print(functools.reduce(step, sys.argv[1].split("."), json.load(sys.stdin)))' "$1"
}

# The trust, somebody in HR who runs the round, and the chair who reads the result first.
organisation=$(candour organisation create --name "Example Trust" --contact-name "Priya Nair" --contact-email hr@trust.example \
    --concerns-route "Write to the safeguarding lead, or use the whistleblowing line." | field id)
as_hr=$(candour administrator create --organisation "$organisation" --name "Priya Nair" --email hr@trust.example | field token)
as_chair=$(candour token create --organisation "$organisation" --role facilitator --name "Sam Okafor" --email chair@trust.example \
    | field token)

# A round about the chief executive, who assesses herself too; it closes in three weeks.
closes_at=$(python3 -c 'import datetime as d; print((d.datetime.now(d.timezone.utc) + d.timedelta(weeks=3)).strftime("%Y-%m-%dT17:00:00Z"))')
framework=$(call "$as_hr" "$api/frameworks" | field items.0.id)
round=$(call "$as_hr" "$api/rounds" -H "$json" \
    -d '{"title": "CEO review", "framework_id": "'"$framework"'", "closes_at": "'"$closes_at"'"}' | field id)
review=$(call "$as_hr" "$api/rounds/$round/reviews" -H "$json" -d '{
    "subject":     {"name": "Alex Carter", "email": "ceo@trust.example", "role": "Chief executive"},
    "facilitator": {"name": "Sam Okafor",  "email": "chair@trust.example"}}' | field id)

# Who is asked. A spreadsheet saved as CSV will do.
cat >raters.csv <<'END'
name,email,group
Ann Lee,ann@trust.example,trustees
Ben Osei,ben@trust.example,trustees
Cora Diaz,cora@trust.example,trustees
Dev Patel,dev@trust.example,trustees
Eve Jones,eve@trust.example,staff
Finn Walsh,finn@trust.example,staff
Gita Rao,gita@trust.example,staff
Hal Moss,hal@trust.example,staff
END
call "$as_hr" -H 'Content-Type: text/csv' --data-binary @raters.csv "$api/reviews/$review/raters?mode=all" >added.json
call "$as_hr" "$api/rounds/$round/readiness" >readiness.json    # what could be published, what would change it, what stops a launch
echo "ready to launch: $(field ready <readiness.json)"
call "$as_hr" -X POST "$api/rounds/$round/launch" >launched.json    # the invitations go out

# Everybody answers. Without a mail server the emails are files, and each has the link of one person.
python3 - "$base" "${CANDOUR_DATA_DIR:-candour-data}/mailbox" <<'END'
import email, email.policy, json, pathlib, re, sys, time, urllib.request
base, mailbox = sys.argv[1], pathlib.Path(sys.argv[2])
text = lambda path: email.message_from_bytes(path.read_bytes(), policy=email.policy.default).get_body(("plain",)).get_content()
links, ends = set(), time.time() + 60
while len(links) < 9 and time.time() < ends:    # eight raters and the chief executive
    time.sleep(0.2)
    links = {found[1] for path in mailbox.glob("*.eml") if (found := re.search(r"/s/([\w-]+)", text(path)))}
for link in links:
    survey = json.load(urllib.request.urlopen(f"{base}/v1/survey/{link}"))
    items = [item["id"] for competency in survey["competencies"] for item in competency["items"]]
    answers = {"ratings": {item: 3 + place % 3 for place, item in enumerate(items)}, "comments": {}}
    body, kind = json.dumps(answers).encode(), {"Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(f"{base}/v1/survey/{link}/response", body, kind, method="PUT"))
print(len(links), "people have answered")
END

# Closing, or the deadline, ends the round; the worker counts it within moments.
call "$as_hr" "$api/rounds/$round/close" -H "$json" -d '{"confirm": true}' >closed.json    # before the first 6am nobody knows how many have answered
waited=0
until [ "$(call "$as_hr" "$api/rounds/$round" | field state)" = counted ]; do
    waited=$((waited + 1)); [ "$waited" -le 60 ] || { echo "not counted within a minute; see the log of candour serve" >&2; exit 1; }
    sleep 1
done

# The chair reads first, and releases. Until then everybody else gets 404.
call "$as_chair" "$api/reviews/$review/results" >result.json
call "$as_chair" -X POST "$api/reviews/$review/release" >released.json

# An integration exchanges its credentials for a token, and reads what has been released.
candour client create --organisation "$organisation" --name "HR system" --scope rounds:read --scope results:read >client.json    # shown once
client_id=$(field client_id <client.json)
client_secret=$(field client_secret <client.json)
as_client=$(curl -sS --fail-with-body "$base/oauth/token" -u "$client_id:$client_secret" -d grant_type=client_credentials | field access_token)
call "$as_client" "$api/reviews/$review/results.csv" >results.csv
echo "the result is in results.csv: $(field blocks.0.responded <result.json) trustees answered"
