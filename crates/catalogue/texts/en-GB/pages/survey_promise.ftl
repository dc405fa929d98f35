# The page behind the link, before the first question: what is asked, what happens with the answers, and what cannot be
# undone. Those who answer decide by it whether to answer, and the service keeps it. Change nothing of what it says.
#
# $organisation is the trust, $subject the person that the feedback is about, $role what they are ("Chief executive"),
# $deadline a time as people write it. $facilitator is the person who reads the report first, $email their address.
# Thresholds are numbers in words ("four").

survey-promise-lead-self = { $organisation } asks how you see your own work as { $role }. Others are asked the same
    about you.
survey-promise-lead = { $organisation } asks for your honest view of how { $subject }, { $role }, works.

# In which capacity somebody answers, after the sentence above. One for each of the groups that every trust has.
survey-promise-as-chair = You are answering as chair of trustees.
survey-promise-as-trustee = You are answering as a trustee.
survey-promise-as-executive = You are answering as a member of the executive team.
survey-promise-as-headteacher = You are answering as a headteacher.
survey-promise-as-staff = You are answering as a member of staff.
survey-promise-as-external = You are answering as an external partner.
# A group that the trust has named itself.
survey-promise-as-own-group = You are answering in the group “{ $group }”.

# Something was pressed that did not come from this page, or too late.
survey-promise-again-heading = Please press the button once more
survey-promise-again = Nothing has been changed. This page had been open for more than a day, or the button was pressed
    from somewhere else. <link>To the button</link>

## Anybody who has said that they would rather not answer.

survey-declined-heading = You have told us that you would rather not answer
survey-declined-by-name = That is fine. You will get no more reminders. The report will show that you did not answer;
    nobody is told before that.
survey-declined = That is fine. You will get no more reminders, and nobody is told that you said no.
survey-declined-deadline = If you change your mind, please answer by { $deadline }.
survey-declined-answer-after-all = I would like to answer after all

## Anybody who comes back.

survey-promise-back-heading = Welcome back
# $answered and $statements are numbers: so many of so many statements.
survey-promise-back = You have answered { $answered } of { $statements ->
        [one] { $statements } statement
       *[other] { $statements } statements
    }. Everything is as you left it.
survey-promise-continue = Continue where you left off
survey-promise-start = Start

## At a glance.

survey-promise-how-long = How long
# With and without room for comments. $minutes and $statements are numbers.
survey-promise-minutes-comments = About { $minutes } minutes: { $statements ->
        [one] { $statements } statement
       *[other] { $statements } statements
    }, and room for comments if you wish
survey-promise-minutes = About { $minutes } minutes: { $statements ->
        [one] { $statements } statement
       *[other] { $statements } statements
    }
survey-promise-answer-by = Answer by
survey-promise-name = Your name
survey-promise-name-shown = Shown with your answers
survey-promise-name-not-shown = Not shown with your answers
survey-promise-first = Reads the report first
# Instead of a name, where it is the reader; the address follows.
survey-promise-first-you = You

## In short, above the button to start. Everything of it is said again, at length, below.

survey-short-deadline = Please answer by { $deadline }.
survey-short-comments = <b>Comments</b> are shown word for word, without name or group, and only if at least { $people }
    people answer without their names.
survey-short-comments-named = <b>Your comments</b> are shown word for word, with your name.
survey-short-others = <b>The ratings of others</b> are shown only by name like yours, or in figures that stand for at
    least { $threshold } people.
survey-short-first-you = <b>You</b> ({ $email }) read the report first and decide when it is released.
# Who to tell when this is not what was expected. The first is for the person who reads the report first.
survey-short-unexpected-you = <b>If nobody has agreed this with you</b>, do not answer, and tell somebody you trust on
    the board.
survey-short-unexpected = <b>If you expected another person</b> or address, do not answer, and tell somebody you trust on
    the board.
survey-short-first = <b>{ $facilitator }</b> ({ $email }) reads the report first and decides when it is released.
# $most is a number in words.
survey-short-advisers-you = You may name up to { $most } advisers who read it with you.
survey-short-advisers = They may name up to { $most } advisers who read it with them.
survey-short-then-you = Then you can read it, and so can those who run this round.
survey-short-stop = <b>You can stop</b> and come back later through the same link.
survey-short-then = Then { $subject } can read it, and so can those who run this round.

# The whole promise: opened below the button, and linked from every later page.
survey-told-summary = Everything that happens with your answers
survey-told-link = What happens with your answers (opens in a new tab)
survey-told-back = Back
# The whole promise after the answers have been sent. The service cannot tell who reads it.
survey-told-spent = This is what you were told before the first question. This page does not know who reads it, so please
    choose how you answered.
survey-told-anonymous = If you answered without your name
survey-told-self = If you answered about your own work
survey-told-named = If you answered by name, as “{ $group }”
survey-told-facilitator = The name and address of { $facilitator }, who releases the report, stay with it.

## What happens with the answers.

survey-promise-heading = What happens with your answers

# For those who answer without their names.
survey-anonymous = <strong>You answer without your name.</strong> Your ratings are never shown on their own, only in
    figures that stand for at least { $threshold } people.
# $others is one less than $threshold.
survey-anonymous-ratings = <b>Ratings</b> are shown as the average of a group. When fewer than { $threshold } people of
    a group answer, their answers are put together with those of other groups, so that each figure still stands for at
    least { $threshold } people. In this report nobody can subtract until one person is left: even one of these people,
    who takes away their own answer, is left with at least { $others } others together. When fewer than { $threshold }
    people answer without their names, the report shows no ratings and no comments.
survey-anonymous-spread = <b>How answers are spread</b> over the scale is shown only for a column of the report in which
    at least { $people } people answered the statement, and never across columns. Points of the scale are counted
    together until each count has at least { $answers } answers.
survey-anonymous-earlier = <b>An earlier round</b> about the same person is compared in words only: up, down or about
    the same.
survey-anonymous-comments = <b>Comments</b> are shown word for word, without name or group and in mixed order, and only
    if at least { $people } people answer without their names. They can be asked for by law. Your way of writing may
    show who you are.
survey-anonymous-whether = <b>Whether you answered</b> is not shown. Until the report is released, those who run this
    round see only how many people have answered, in one number over everybody who is asked about { $subject }, taken
    once a day at six in the morning, and once more when the round has closed. The report says how many people of each
    group were asked, and how many answered in each of its columns. In a small group they can show all the same whether
    you answered: when everybody in it did, or nobody.
survey-anonymous-once-sent = <b>Once sent</b>, your answers cannot be changed or taken back: they are kept apart from
    your name, so we cannot pick yours out again.
survey-anonymous-how-heading = How this is protected, and what it cannot do
survey-anonymous-sealed = When you send, your answers are sealed and stored without your name, your link, the time or
    anything about your device. They are opened after the round has closed: all together and in mixed order.
survey-anonymous-ends = Where an average comes so close to the end of the scale that it would give a person’s answer
    away, the report says only “low” or “high” for it, and marks what is made from it as approximate.
# $together is a number in words with a large letter: "Two".
survey-anonymous-cannot = What it cannot do: hide a way of writing that people know, or a story that only you could
    tell. { $together } or more people whose answers are shown together with yours, and who tell one another what they
    answered, may find out more. Two reports about { $subject }, for one of which a single person more was asked, can be
    subtracted if everybody else answers the same in both.
# After the text above, where the policy is not strict.
survey-anonymous-cannot-best = When everybody else in your group gives the best answer, one of you may be able to tell.
survey-anonymous-cannot-server = And somebody who controls both the server and its secret key could, with effort,
    connect answers with people before they are counted.

# For those who answer by name; about themselves, or about $subject in the group $group.
survey-named-self = <strong>You answer by name.</strong> The report shows your answers as yours, beside the averages of
    the others.
survey-named = <strong>You answer by name.</strong> The report shows your answers under “{ $group }”, with your name.
survey-named-ratings = <b>Your ratings</b> are shown one by one, as they are.
survey-named-comments = <b>Your comments</b> are shown word for word, with your name. They can be asked for by law.
survey-named-others = <b>The ratings of others</b> are shown only in figures that stand for at least { $threshold }
    people, except for those who, like you, answer by name.
survey-named-few = <b>If few people answer:</b> when fewer than { $threshold } answer without their names, the report
    shows no ratings and no comments, not even yours.
survey-named-whether-self = <b>Whether you answered</b> is shown in the report. Until it is released, those who run this
    round see only how many people have answered, in one number over everybody who is asked about you, taken once a day
    at six in the morning, and once more when the round has closed.
survey-named-whether = <b>Whether you answered</b> is shown in the report. Until it is released, those who run this
    round see only how many people have answered, in one number over everybody who is asked about { $subject }, taken
    once a day at six in the morning, and once more when the round has closed.
survey-named-once-sent = <b>Once sent</b>, your answers cannot be changed or taken back.
survey-named-how-heading = How this is protected
survey-named-sealed = When you send, your answers are sealed. They are opened after the round has closed, together with
    all the others.

# For everybody.
survey-promise-draft = While you answer, what you have saved is encrypted and can be opened only with your link. So
    please do not pass your link on.
survey-promise-questions = <b>The questions</b> may later be looked at over many released reports, using only what those
    reports show.

## Who reads the report. One paragraph: who reads it first, who else may, then who can read it once it is released.

survey-report-first-you = <b>The report</b> is read first by you, at { $email }. You decide when it is released, and you
    may take out a comment that points to a person.
survey-report-first = <b>The report</b> is read first by { $facilitator } ({ $email }), who decides when it is released
    and may take out a comment that points to a person.
# $most is a number in words.
survey-report-advisers-you = You may name up to { $most } advisers, such as a vice-chair or an external adviser, who
    read it with you, also before it is released, and change nothing.
survey-report-advisers = { $facilitator } may name up to { $most } advisers, such as a vice-chair or an external
    adviser, who read it with them, also before it is released, and change nothing.
survey-report-not-you = Neither you nor anybody who runs this round can be an adviser.
survey-report-not-them = Neither { $subject } nor anybody who runs this round can be an adviser.
survey-report-then-you = Once it is released, you can read it, and so can those who run this round at { $organisation },
    with the systems they use for it.
survey-report-then = Once it is released, { $subject } can read it, and so can those who run this round at
    { $organisation }, with the systems they use for it.

# Who to tell when this is not what was expected. The first is for the person who reads the report first.
survey-report-unexpected-you = <b>If nobody has agreed with you</b> that you read the report first, do not answer, and
    tell somebody you trust on the board of { $organisation }, at an address or number that you already know.
survey-report-unexpected = <b>If you expected another person</b> or another address to read it first, do not answer, and
    tell somebody you trust on the board of { $organisation }, at an address or number that you already know.
survey-report-asked-you = <b>Who is asked:</b> from now on nobody is added unless you agree. That does not change which
    groups are shown together.
survey-report-asked = <b>Who is asked:</b> from now on nobody is added unless { $facilitator } agrees. That does not
    change which groups are shown together.

## How long things are kept. What becomes of the reader's name, then what becomes of the answers, in one paragraph.
## $erased, $answers, $unreleased and $results are times: "30 days", "six years".

survey-kept-facilitator = <b>How long things are kept:</b> your name and address stay with the report, as the person who
    releases it.
survey-kept-self = <b>How long things are kept:</b> your name and address stay with the report.
survey-kept-anonymous = <b>How long things are kept:</b> your name and address are erased { $erased } after the round
    closes.
survey-kept-named = <b>How long things are kept:</b> your address is erased { $erased } after the round closes, and your
    name stays in the report, with your answers.
# For a round that began before the service said how long.
survey-kept-named-unsaid = <b>How long things are kept:</b> your name stays in the report, with your answers.
survey-kept-anonymous-unsaid = <b>How long things are kept:</b>
survey-kept-answers = The answers behind the report are kept sealed, so that a mistake in the counting can be corrected.
survey-kept-destroyed = They are destroyed { $answers } after the round’s last report is released, or { $unreleased }
    after closing if one is not. The report is kept for { $results }.

# The times. $days and $years choose; $words is the same number in words, large ones in digits.
survey-kept-days = { $days ->
        [one] { $words } day
       *[other] { $words } days
    }
survey-kept-years = { $years ->
        [one] { $words } year
       *[other] { $words } years
    }

## Before the start.

survey-start-heading = Before you start
survey-start-stop = You can stop at any time and come back with the same link, on this or another device.
# $label is the answer of the scale for what somebody has not seen: "Not able to say".
survey-start-not-observed = “{ $label }” is as good an answer as any other. It is left out of every average.
survey-start-check = At the end you see all your answers before you send them.

# $route is a sentence of the trust: who to write to or ring.
survey-concerns-heading = If somebody may be at risk, or something is seriously wrong
survey-concerns = Please do not use these pages for a safeguarding or whistleblowing concern: nobody reads them until
    the round has closed. { $route }

survey-decline-by-name = It is up to you whether you answer. If you say no, you will get no more reminders, and you can
    change your mind. The report will show that you did not answer; nobody is told before that.
survey-decline = It is up to you whether you answer. If you say no, you will get no more reminders, and you can change
    your mind. Nobody is told that you said no.
survey-decline-button = I would rather not answer
