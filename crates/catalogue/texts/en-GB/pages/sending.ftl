# How far the first emails of an open round are, for its administrators. $sent and $all are numbers of emails, in digits.

sending-title = The first emails
sending-sent = { $sent } of { $all } emails sent
sending-files = { $sent } of { $all } emails written to files, since there is no mail server
sending-by-itself = The others are on their way. This page updates by itself every 15 seconds, for ten minutes.
sending-stop = Stop updating by itself
sending-stopped = The others are on their way. This page does not update by itself.
sending-has-stopped = The others are on their way. This page has stopped updating by itself.
sending-now = Update now
sending-go-on = Update by itself again
sending-problems = Some emails could not be delivered. The lists of people below say to whom.
sending-no-answers = These numbers say nothing about answers. Reminders are not counted anywhere: their number would.
