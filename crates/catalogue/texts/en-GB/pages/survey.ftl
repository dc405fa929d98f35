# What the pages behind a rater's link have in common.

# What the page is about, in a heading and in the title of the window. Of the person who answers about their own work.
survey-about-self = Your own assessment
# The same for everybody else. $subject is the person that it is about.
survey-about = Feedback for { $subject }

# In front of the title of the window, and of what is wrong with a field.
survey-label-error = Error:
survey-label-not-saved = Not saved:
survey-label-not-sent = Not sent:

# Above the comments, as the name of their part.
survey-comments = In your own words

# Under a comment that seems to hold an address or a number. Nothing is refused for it.
survey-nudge = There seems to be an email address or a telephone number in this text. Everybody who reads the report
    would see it.

# A button that sends the same once more.
survey-try-again = Try again

# What the script says while a form is sent, and when there is no connection.
survey-script-sending = Sending …
survey-script-not-sent = Not sent: no connection. Nothing is lost; please try again when you are connected.

# What a rater typed, given back on a page that cannot take it.
survey-typed-heading = What you typed
survey-typed-copy = So that it is not lost to you, here is your text. You can copy it.
# Above the only text, or each of several.
survey-typed-one = Your text
survey-typed-of = Text { $number } of { $total }
