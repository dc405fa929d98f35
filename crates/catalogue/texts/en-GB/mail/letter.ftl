# What several emails have in common. They go out as HTML and as plain text, from the same messages.
# $organisation is the trust, $contact who to turn to there, $subject the person that the feedback is about, $role what
# they are ("Chief executive").

letter-dear = Dear { $name },

# At the end of every email. $email is an address.
letter-unclear = Is something unclear? Write to { $contact } at { $email }.
# After it, where a reply would say something.
letter-reply-link = Please write a new email instead of a reply: a reply would carry your link along.
letter-reply-open = Please write a new email instead of a reply: a reply shows that you have not answered yet.
letter-reply-answered = Please write a new email instead of a reply: a reply shows that you have answered.
letter-genuine = Do you wonder whether this email is genuine? Ask { $contact } of { $organisation }, at an address or
    number that you already know.
# $route is a sentence of the trust: who to write to or ring.
letter-concerns = Please do not use this to report a safeguarding concern or wrongdoing. { $route }
letter-thanks = With thanks,

## What somebody is asked for: one block with a link for each review.

letter-about-self = About yourself, as { $role }
letter-about = About { $subject }, { $role }
letter-as-self = Your own assessment. The report shows your answers with your name.
# $group is the name of a group of people: "Trustees".
letter-as-named = You are asked as: { $group }. The report shows your answers with your name.
letter-as-anonymous = You are asked as: { $group }. You answer without your name.
# Who reads the report first: the person who gets the email, or $facilitator. $email is the address.
letter-reader-you = You ({ $email }) read the report first and decide when it is released.
letter-reader = { $facilitator } ({ $email }) reads the report first and decides when it is released.
# After it: who else may read it.
letter-advisers-you = You may name advisers, such as a vice-chair, who read it with you and change nothing.
letter-advisers = They may name advisers, such as a vice-chair, who read it with them and change nothing.
# The button, and the line above the link in plain text.
letter-button-self = Answer about your own work
letter-button = Give your feedback about { $subject }
# Below the links: what to do when it is not as expected. The second is for the one who reads a report first.
letter-unexpected = If this is not the person or the address that you expect, do not answer, and tell somebody you trust
    on the board of { $organisation }, at an address or number that you already know.
letter-unexpected-you = If nobody has agreed with you that you read a report first, do not answer, and tell somebody you
    trust on the board of { $organisation }, at an address or number that you already know.
letter-link-yours = The link is yours alone, so please do not pass this email on.
letter-links-yours = The links are yours alone, so please do not pass this email on.

## What happens to the answers. The service keeps it. Change nothing of what it says. Thresholds are numbers in words
## ("four").

letter-promise-heading = What happens to your answers
letter-promise-self = Your own assessment is by name. The report shows your ratings and your comments, word for word, as
    yours. It also shows whether you answered.
letter-promise-named = You answer by name. The report shows your ratings and your comments, word for word, with your
    name. It also shows whether you answered.
# For somebody who is asked for several reviews.
letter-promise-named-several = Where you answer by name, the report shows your ratings and your comments, word for word,
    with your name. It also shows whether you answered.
letter-promise-anonymous = Answers without a name are counted together with other people's. Each figure stands for at
    least { $threshold } people: when fewer than { $threshold } people of a group answer, groups are put together. In
    one report nobody can subtract until one person is left, not even somebody who answered too. Nobody is told whether
    you answered, but in a small group it can show: when everybody in it did, or nobody.
letter-promise-comments = Comments are shown word for word, without name or group and in mixed order, and only if at
    least { $threshold } people answer without their names. Please write nothing that only you could have written.
# For somebody who also answers by name.
letter-promise-comments-several = Comments without a name are shown word for word, without name or group and in mixed
    order, and only if at least { $threshold } people answer without their names. Please write nothing that only you
    could have written.
letter-promise-few = When fewer than { $threshold } people answer without their names, the report shows no ratings and
    no comments.
letter-promise-once-sent = Once sent, answers cannot be changed or taken back. The page behind the link says all this
    again, with more detail, before the first question.
