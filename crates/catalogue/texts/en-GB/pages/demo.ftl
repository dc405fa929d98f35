# The demonstration: an invented trust, in which one can be everybody by a click. Its people and what it shows are in
# English.

demo-title = Be somebody in this demonstration
demo-lead = { $organisation } is invented, and so is everybody in it. The service is real, and so is everything it does.
demo-waiting = The demonstration is still being prepared. Load this page again in a few seconds.
# A button. $name is a person.
demo-be = Be { $name }

demo-hr = Trust HR
demo-hr-what = Runs the rounds. One is open, and people are being asked. No report can be read here before the chair
    releases it.
demo-chair = Chair of trustees
demo-chair-what = Reads each report first and decides when it is released. One has been counted and waits.
demo-subject = Chief executive
demo-subject-what = The report about their work has been released.
# $group is the name of a group of people, $subject that they are asked about.
demo-rater = Asked as: { $group }
demo-rater-what = Has been sent a link, and has not answered yet. The questionnaire is about { $subject }.

demo-mailbox = The emails
demo-mailbox-what = Emails of the demonstration reach nobody. They are here, newest first.
demo-mailbox-none = There is no email yet.
demo-mailbox-open = Read all emails
demo-back = To the people of this demonstration
# $to is who an email goes to: name and address. $time is a time.
demo-mailbox-to = To { $to }, { $time }
demo-email-html = As people see it
demo-email-text = As plain text
