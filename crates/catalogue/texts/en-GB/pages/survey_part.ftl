# A page of statements or of comments. $subject is the person that the feedback is about.

# Above the page, and in the title of the window: $title is the name of the part, $about what the whole is.
survey-part-of = Part { $number } of { $total }
survey-part-title = { $title } (part { $number } of { $total }) – { $about }

# On the first page of statements. $label is the answer of the scale for what somebody has not seen.
survey-part-lead-self = Thinking of your own work, choose the answer that fits each statement best. If you have not seen
    enough to judge, choose “{ $label }”.
survey-part-lead = Thinking of { $subject }, choose the answer that fits each statement best. If you have not seen
    enough to judge, choose “{ $label }”.

## Before the comments. The report shows them word for word.

survey-before-heading = Before you write
survey-before-self = What you write is shown word for word in your report, with your name.
survey-before-named = What you write is shown word for word, with your name, to { $subject } and everybody else who
    reads the report.
survey-before-anonymous = What you write is shown word for word to { $subject } and everybody else who reads the report.
survey-before-colleagues = Do not name colleagues or pupils.
survey-before-yourself = Do not name yourself, colleagues or pupils.
survey-before-event = Do not describe an event that only you saw.
# $route is a sentence of the trust: who to write to or ring.
survey-before-concerns = This is not the place to report a safeguarding or whistleblowing concern. { $route }
survey-comments-lead = Write as much or as little as you like. You can leave any box empty.
survey-comment-hint = Up to 4,000 characters, about 600 words

# Under a comment while it is typed. The script puts in the number.
survey-comment-left = { $count ->
        [one] { $count } character left
       *[other] { $count } characters left
    }
survey-comment-over = { $count ->
        [one] { $count } character too many
       *[other] { $count } characters too many
    }

## Buttons.

survey-part-save-check = Save and return to the check
survey-part-save-last = Save and check your answers
survey-part-save = Save and continue
survey-part-save-back = Save and go back
survey-part-save-later = Save and finish later

## What is wrong with a page.

survey-invalid-heading = Please correct this page before it can be saved
survey-invalid = Everything you chose and typed is still here.
# A list of what is wrong, each with the $statement or the $question it is about. $count is a number of characters.
survey-invalid-statement = “{ $statement }”: choose one of the answers shown
survey-invalid-length = “{ $question }” is { $count ->
        [one] { $count } character
       *[other] { $count } characters
    } too long
survey-invalid-comment = “{ $question }”: { $problem }
# Beside the field itself, after "Error:".
survey-problem-choose = Choose one of the answers shown
survey-problem-length = This comment is too long: take out { $count ->
        [one] { $count } character
       *[other] { $count } characters
    }
survey-problem-empty = Answer at least one statement, or write a comment
survey-problem-out-of-date = This page was out of date. Please look through your answers and save again

# The same was changed in two windows.
survey-clash-heading = You have also changed this in another window
survey-clash = Or it was on another device. Both are here: what you have just chosen and typed, and below it what was
    saved there. Please decide what to keep, then save again. Everything else on this page is saved.
survey-clash-statement = “{ $statement }”: another answer was chosen in another window
survey-clash-comment = “{ $question }”: other text was saved in another window
# Beside the field itself. $answer is what was chosen there.
survey-clash-answer = <strong>Saved in another window:</strong> “{ $answer }”. Please choose which it is to be.
survey-clash-text = <strong>Not saved yet:</strong> what was saved in another window stands under this box. Put into the
    box what you want to keep.
survey-clash-other = Saved in another window

# Nothing can be saved just now. $contact is who to tell.
survey-unsaved-heading = We cannot save right now
survey-unsaved-passing = This page has not been saved, but everything you chose and typed is still here. Please wait a
    moment and press the button again.
survey-unsaved-defect = Something is wrong on our side. This page has not been saved, but everything you chose and typed
    is still here. Please copy what you wrote, then press the button again. If that does not help, tell { $contact }.

## What the script says while it saves.

survey-script-saving = Saving …
survey-script-saved = Saved
survey-script-no-connection = Not saved: no connection. Your text is still on this page.
survey-script-unreachable = Not saved yet: we could not reach the server. Your text is still on this page.
survey-script-refused = Not saved yet. Press “Save” below to see why. Your text is still on this page.
