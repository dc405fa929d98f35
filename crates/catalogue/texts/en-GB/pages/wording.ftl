# How the invitation and the reminder of a round begin, in the trust's own words, for its administrators. $word is a word
# that somebody has typed.

wording-title = How the emails begin
wording-own = You may begin the invitation and the reminder in your own words. The rest of them stays as it is.
wording-invitation = The invitation
wording-reminder = The reminder
wording-usual = as usual
wording-change = Change
wording-done = The beginning has been changed. Read an email below to see how it looks.
wording-invitation-title = How the invitation begins
wording-reminder-title = How the reminder begins
wording-what = Everybody who is asked reads it, the person who is reviewed as well. What raters are promised, their link, the
    day, who reads the report and where concerns go stays as it is.
wording-open = The round is open: this counts for emails that are sent from now on. The audit log says that it was changed, and not
    what it says.
wording-label = In your own words
wording-hint = Plain text of up to 1,500 characters; an empty line begins a paragraph. No links and no addresses: a second link
    beside the personal one helps people who fake such emails. Leave it empty for the usual beginning.
wording-without = If you leave it empty, the email begins like this:
wording-after = What follows
wording-locked = This part cannot be changed. The people and the link are those of each email.
wording-nobody = The rest of the email is shown here once somebody is reviewed in this round.
wording-save = Save
wording-too-long = This is longer than 1,500 characters. Shorten it.
wording-control = There is a control character in this text. Type it again as plain text.
wording-link = “{ $word }” reads like a link or an address. Leave it out, or write a blank after the full stop.
