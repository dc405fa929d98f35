# Pages behind a rater's link that ask nothing: answers received, round closed, link unknown, nothing can be saved.
# $subject is the person that the feedback is about, $organisation the trust, and $deadline a time as people write it.

## Saved, to come back later.

survey-later-title = Your answers are saved – { $about }
survey-later-heading = Your answers are saved
survey-later-lead = Come back whenever it suits you: use the same link from your email, on this or any other device.
survey-later-deadline = <strong>They have not been sent yet.</strong> Please send them by { $deadline }, or they will
    not be counted.
survey-later-encrypted = Until then, they are encrypted and only your link opens them. If others use this device, close
    this page now.
survey-later-go-on = Go on now

## Answers received.

survey-received-heading = Your answers have been received
survey-received-lead = Thank you. Taking the time to answer with care is a real service to { $organisation }.
# A page that was saved after the answers had been sent.
survey-received-late-heading = Your last page has not been added
survey-received-late = The answers had already been sent, perhaps from another window or device. What has been sent
    cannot be changed.
survey-received-cancelled-heading = The round has been cancelled
survey-received-cancelled = There will be no report from this round. The answers were deleted, and nobody has read them.
survey-received-cancelled-for = There will be no report for { $subject } from this round. The answers were deleted, and
    nobody has read them.
survey-received-next-heading = What happens next
survey-received-ended = The round has closed. All answers are opened together and counted.
survey-received-ended-for = The round has closed. All answers for { $subject } are opened together and counted.
survey-received-open = When the round has closed, all answers are opened together and counted.
survey-received-open-for = When the round has closed, all answers for { $subject } are opened together and counted.
survey-received-link = Your link has done its work and opens no questions any more. Nobody can change what you have
    sent.
survey-received-confirmation = You will get a short email to confirm. It comes some time later on purpose, so that its
    time tells nobody when you answered.
survey-received-nothing-more = There is nothing more for you to do. You can close this page.

## The round is over, or the rater is no longer asked.

survey-cancelled-heading = This round has been cancelled
survey-cancelled = There will be no report from this round. Answers that had been sent were deleted, and nobody has read
    them.
survey-cancelled-for = There will be no report for { $subject } from this round. Answers that had been sent were
    deleted, and nobody has read them.
survey-closed-heading = This round has closed
survey-closed = The time for feedback is over, and no more answers can be taken.
survey-closed-for = The time for feedback for { $subject } is over, and no more answers can be taken.
survey-closed-late = <strong>Your answers have not been sent.</strong> The round closed before they reached us. We are
    sorry.
survey-closed-not-counted = Answers that were saved but not sent are not counted, and nobody reads them.

survey-withdrawn-heading = You are no longer asked to answer
survey-withdrawn = { $organisation } has taken this invitation to give feedback back. There is nothing for you to do.
survey-withdrawn-for = { $organisation } has taken this invitation to give feedback for { $subject } back. There is
    nothing for you to do.

## The link of a sample: an invitation that somebody who runs rounds has sent to themselves.

survey-sample-heading = This is a sample
survey-sample-lead = The email with this link shows those who set up a round what an invitation looks like. There is
    nothing to answer here.
survey-sample-each = In a real invitation, each person has a link of their own, which opens the questionnaire.

## A link that nobody knows.

survey-unknown-heading = We do not know this link
survey-unknown-lead = The address may have been cut short when it was copied, or broken over two lines by an email
    program.
survey-unknown-press = Open the invitation email again and press the link there.
survey-unknown-copy = If that does not help, copy the whole address from the email, up to the very last letter.
survey-unknown-forgotten = Some time after a round has closed, its links are forgotten. Then there is nothing left to
    answer.
survey-unknown-ask = If it still does not work, ask the person named at the end of the email.
survey-unknown-genuine = If you have no email any more, or are not sure that it is genuine, ask at your trust’s office,
    at a number or address that you already know.

## The service fails.

survey-unavailable-title = We cannot do this right now
survey-unavailable-title-sent = Not saved: we cannot do this right now
survey-unavailable-heading = We cannot open this page right now
# Trying again helps; or the fault has to be found first.
survey-unavailable-passing = The fault is ours. What you have saved is safe. Please wait a moment, then try again.
survey-unavailable-defect = The fault is ours. What you have saved is safe. Please try again later. If that does not
    help, tell the person named in your email.
# A page of answers was sent. It stands below, with a button to send it again.
survey-unavailable-heading-sent = We cannot save right now
survey-unavailable-passing-sent = This has not reached us yet, but your text is still here. Please wait a moment, then
    try again.
survey-unavailable-defect-sent = Something is wrong on our side. This has not reached us yet, but your text is still
    here. Please copy what you wrote, then try again. If that does not help, tell the person named in your email.
survey-unavailable-text-of = Your text { $number } of { $total }

## A form that was not taken.

survey-refused-title = Error: this could not be taken
# A page of another site pressed the button.
survey-foreign-heading = This came from another page
survey-foreign = A button was pressed on a page that is not ours, so nothing has been done. If you pressed it, please go
    on from the page behind your own link.
# The browser does not say from which page a button was pressed.
survey-unsaid-heading = Your browser did not say where this came from
survey-unsaid = So that no other page can press a button for you, we take only what comes from our own pages. Your
    browser did not tell us, so nothing of this page has been saved.
survey-unsaid-way-on = Open the link in your email again, just as it stands there. If this page comes back, use another
    browser, or switch off what changes what your browser sends.
survey-unreadable-heading = This did not arrive whole
survey-unreadable = Nothing of this page has been saved. Go back in your browser: your text should still be there. Then
    press the button again.
survey-refused-first-page = To the first page

survey-too-large-title = Error: this is too much text
survey-too-large-heading = This is too much text
survey-too-large = Nothing of this page has been saved. Go back in your browser: your text should still be there. Each
    comment has room for 4,000 characters, about 600 words.

survey-not-read-title = Error: this did not reach us
survey-not-read-heading = This did not reach us
survey-not-read = Nothing of this page has been saved. Go back in your browser: your text should still be there. Wait a
    moment, then try again.
