# Confirms that answers have arrived. Raters read it. $subject is the person that the feedback is about, $role what they
# are.

received-subject-self = Thank you: your self-assessment has arrived
received-subject = Thank you: your answers about { $subject } have arrived
received-subject-several = Thank you: your answers have arrived
received-arrived = Thank you. Your answers have arrived safely:
# The list.
received-self = Your own assessment. The report shows it with your name.
received-named = About { $subject }, { $role }. The report shows your answers with your name.
received-anonymous = About { $subject }, { $role }. Your answers are kept without your name.
received-nothing-more = There is nothing more to do. Answers that have been sent cannot be changed or taken back, and
    the link you used no longer opens the questions.
# $contact is who to turn to.
received-not-you = If you did not send these answers yourself, please tell { $contact } straight away.
