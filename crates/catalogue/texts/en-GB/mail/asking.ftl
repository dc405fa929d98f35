# Emails that ask for feedback: the first, the reminder, and the news that the deadline has moved. Raters read them.
# $subject is the person that the feedback is about, $role what they are, $organisation the trust. $day is a date,
# $deadline a date and a time. $reviews is a number in words. Each text has up to three forms: for somebody's own work,
# for one other person's, for several people's.

## The first email.

invitation-subject-self = Your self-assessment: please answer by { $day }
invitation-subject = Your feedback about { $subject }: please answer by { $day }
invitation-subject-several = Your feedback in { $reviews } reviews: please answer by { $day }
invitation-self = { $organisation } is asking people who work with you for feedback. Your own view belongs beside
    theirs, so please answer the same questions about yourself.
invitation-about = { $organisation } is gathering feedback about the work of { $subject }, { $role }. Your view counts,
    because you see that work at first hand.
invitation-several = { $organisation } is gathering feedback about the people listed below. Your view counts, because
    you see their work at first hand.
# $minutes is a number, larger than one.
invitation-how-long = It takes about { $minutes } minutes, on a phone or a computer. You can stop and come back later
    through the same link. Please answer by <strong>{ $deadline }</strong>.
invitation-how-long-each = It takes about { $minutes } minutes for each, on a phone or a computer. You can stop and come
    back later through the same link. Please answer by <strong>{ $deadline }</strong>.

## The reminder.

reminder-subject-self = Reminder: your self-assessment, by { $day }
reminder-subject = Reminder: your feedback about { $subject }, by { $day }
reminder-subject-several = Reminder: your feedback in { $reviews } reviews, by { $day }
reminder-self = There is still time to give your feedback about your own work.
reminder-about = There is still time to give your feedback about the work of { $subject }, { $role }.
reminder-several = There is still time to give your feedback about the people listed below.
# After it, in the same paragraph.
reminder-answer-by = { $organisation } would be glad to have it. Please answer by <strong>{ $deadline }</strong>; it
    takes about { $minutes } minutes.
reminder-answer-by-each = { $organisation } would be glad to have it. Please answer by <strong>{ $deadline }</strong>;
    it takes about { $minutes } minutes for each.
# In its place where a trust has begun the reminder in its own words.
reminder-please-answer-by = { $organisation } would be glad to have your answers. Please answer by
    <strong>{ $deadline }</strong>; it takes about { $minutes } minutes.
reminder-please-answer-by-each = { $organisation } would be glad to have your answers. Please answer by
    <strong>{ $deadline }</strong>; it takes about { $minutes } minutes for each.
reminder-begun = If you have begun, your answers are waiting where you left them. This reminder went only to people
    whose answers have not arrived, and we tell nobody who they are. If you would rather not take part, you can say so
    on the page behind the link, and we will not remind you again.

## The deadline has moved.

extended-subject-self = More time: your self-assessment, now by { $day }
extended-subject = More time: your feedback about { $subject }, now by { $day }
extended-subject-several = More time: your feedback in { $reviews } reviews, now by { $day }
extended-self = You have more time. The deadline for your feedback about your own work has moved: please answer by
    <strong>{ $deadline }</strong>.
extended-about = You have more time. The deadline for your feedback about the work of { $subject }, { $role } has moved:
    please answer by <strong>{ $deadline }</strong>.
extended-several = You have more time. The deadline for your feedback about the people listed below has moved: please
    answer by <strong>{ $deadline }</strong>.
extended-same = Nothing else has changed. The link is the same as before, and if you have begun, your answers are
    waiting where you left them. It takes about { $minutes } minutes.
extended-same-each = Nothing else has changed. The links are the same as before, and if you have begun, your answers are
    waiting where you left them. It takes about { $minutes } minutes for each.
