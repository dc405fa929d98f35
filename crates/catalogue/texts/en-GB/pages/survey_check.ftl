# Everything answered, at a glance, before it is sent.

# $about is what the whole is.
survey-check-title = Check your answers – { $about }
survey-check-heading = Check your answers
survey-check-lead = Nothing has been sent yet. Look through your answers, change what you like, then send them at the
    end of this page.

## What is open. $missing is a number of statements.

survey-check-gaps-heading = { $missing ->
        [one] { $missing } statement
       *[other] { $missing } statements
    } without an answer
survey-check-gaps = You can go back and answer, or leave them open. You can send either way.
# A part with several open statements. $title is its name.
survey-check-gap = { $title }: { $missing ->
        [one] { $missing } statement
       *[other] { $missing } statements
    }
survey-check-complete = <strong>Every statement has an answer.</strong>

## The answers. What is unseen is heard by those who listen to the page.

survey-check-change = Change<unseen> your answers: { $title }</unseen>
survey-check-change-comments = Change<unseen> your comments</unseen>
survey-check-not-answered = Not answered
survey-check-no-comment = No comment

## Sending.

survey-send-heading = Send your answers
survey-send-by-name = Once you have sent them, they cannot be changed or taken back. The report shows them with your
    name. Please send them by { $deadline }.
survey-send-anonymous = Once you have sent them, they cannot be changed or taken back: they are kept apart from your
    name, so we cannot pick yours out again. Please send them by { $deadline }.
survey-send-button = Send my answers
survey-send-later = Finish later

## What came of pressing the button, when nothing was sent.

survey-send-empty-heading = There is nothing to send yet
survey-send-empty = Please answer at least one statement, or write a comment. If you would rather not answer at all, you
    can say so on <link>the first page</link>.
# $open of $statements, both numbers.
survey-send-open-heading = { $open } of { $statements ->
        [one] { $statements } statement
       *[other] { $statements } statements
    } are open: send all the same?
survey-send-open = Nothing has been sent yet. Once it is sent, you cannot add anything.
survey-send-open-answer = Answer more first
survey-send-open-send = Send all the same
survey-send-changed-heading = Your answers were changed since you opened this page
survey-send-changed = That was in another window or on another device. Nothing has been sent yet. Here they are as they
    stand now: please look through them and press the button again.
survey-send-again-heading = Please press the button once more
survey-send-again = Nothing has been sent yet. This page had been open for more than a day, or the button was pressed
    from somewhere else. <link>To the button</link>
survey-send-failed-heading = We cannot send your answers right now
survey-send-failed-passing = Nothing is lost: your answers are saved as you see them here. Please wait a moment and
    press the button again.
survey-send-failed-defect = Something is wrong on our side. Nothing is lost: your answers are saved as you see them
    here. Please try again later, and if that does not help, tell { $contact }.
