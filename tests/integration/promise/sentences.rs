//! Every sentence that raters and subjects read, with what it claims of the result and of what people see before there
//! is one.
//!
//! A sentence that is worded in another way has to be listed again: that is the moment to ask whether it is true of a
//! subject, of somebody who answers by name and of somebody who does not. What stands in braces comes from the released
//! result and from the round.

use super::claims::Claim;
use super::claims::Claim::{
    AddedLater, AdvisersAreOthers, AdvisersRead, AnsweringDoesNotShow, AnsweringShows, Bands, ByName, CannotChange,
    CommentByName, CommentWithoutName, DraftComesBack, DraftIsSealed, InFigures, InWords, Kept, LeftOut, NoDoesNotShow,
    NoReminders, NoShows, NoTrace, NotBySubtracting, NotLive, NothingOfFew, OneNumber, PutTogether, Questions,
    ReadFirst, ReadThen, ReceiptsCarryNoTime, Sealed, Spread, TakesOut, UnsentIsNotCounted, WithoutName,
};

/// Pages.
pub(crate) const PAGES: &[(Claim, &str)] = &[
    // The promise.
    (ByName, "You answer by name."),
    (ByName, "The report shows your answers as yours, beside the averages of the others."),
    (ByName, "The report shows your answers under “{group}”, with your name."),
    (ByName, "Shown with your answers"),
    (ByName, "Your ratings are shown one by one, as they are."),
    (CommentByName, "Your comments are shown word for word, with your name."),
    (
        InFigures,
        "The ratings of others are shown only in figures that stand for at least {threshold} people, except for those \
         who, like you, answer by name.",
    ),
    (
        InFigures,
        "The ratings of others are shown only by name like yours, or in figures that stand for at least {threshold} \
         people.",
    ),
    (
        NothingOfFew,
        "If few people answer: when fewer than {threshold} answer without their names, the report shows no ratings and \
         no comments, not even yours.",
    ),
    (AnsweringShows, "Whether you answered is shown in the report."),
    (WithoutName, "You answer without your name."),
    (WithoutName, "Not shown with your answers"),
    (
        InFigures,
        "Your ratings are never shown on their own, only in figures that stand for at least {threshold} people.",
    ),
    (InFigures, "Ratings are shown as the average of a group."),
    (
        PutTogether,
        "When fewer than {threshold} people of a group answer, their answers are put together with those of other \
         groups, so that each figure still stands for at least {threshold} people.",
    ),
    (
        NotBySubtracting,
        "In this report nobody can subtract until one person is left: even one of these people, who takes away their \
         own answer, is left with at least {others} others together.",
    ),
    (
        NothingOfFew,
        "When fewer than {threshold} people answer without their names, the report shows no ratings and no comments.",
    ),
    (
        Spread,
        "How answers are spread over the scale is shown only for a column of the report in which at least {spread} \
         people answered the statement, and never across columns.",
    ),
    (Spread, "Points of the scale are counted together until each count has at least {count} answers."),
    (InWords, "An earlier round about the same person is compared in words only: up, down or about the same."),
    (
        CommentWithoutName,
        "Comments are shown word for word, without name or group and in mixed order, and only if at least {comments} \
         people answer without their names.",
    ),
    (
        CommentWithoutName,
        "Comments are shown word for word, without name or group, and only if at least {comments} people answer \
         without their names.",
    ),
    (AdvisersRead, "You may name up to five advisers who read it with you."),
    (AdvisersRead, "They may name up to five advisers who read it with them."),
    (ReadThen, "Then you can read it, and so can those who run this round."),
    (ReadThen, "Then {subject} can read it, and so can those who run this round."),
    (AnsweringDoesNotShow, "Whether you answered is not shown."),
    (
        OneNumber,
        "Until it is released, those who run this round see only how many people have answered, in one number over \
         everybody who is asked about you, taken once a day at six in the morning, and once more when the round has \
         closed.",
    ),
    (
        OneNumber,
        "Until it is released, those who run this round see only how many people have answered, in one number over \
         everybody who is asked about {subject}, taken once a day at six in the morning, and once more when the round \
         has closed.",
    ),
    (
        OneNumber,
        "Until the report is released, those who run this round see only how many people have answered, in one number \
         over everybody who is asked about {subject}, taken once a day at six in the morning, and once more when the \
         round has closed.",
    ),
    (
        AnsweringDoesNotShow,
        "The report says how many people of each group were asked, and how many answered in each of its columns.",
    ),
    (
        AnsweringDoesNotShow,
        "In a small group they can show all the same whether you answered: when everybody in it did, or nobody.",
    ),
    (
        TakesOut,
        "The report is read first by {facilitator} ({facilitator_address}), who decides when it is released and may \
         take out a comment that points to a person.",
    ),
    (ReadFirst, "The report is read first by you, at {facilitator_address}."),
    (TakesOut, "You decide when it is released, and you may take out a comment that points to a person."),
    (
        AdvisersRead,
        "You may name up to five advisers, such as a vice-chair or an external adviser, who read it with you, also \
         before it is released, and change nothing.",
    ),
    (
        AdvisersRead,
        "{facilitator} may name up to five advisers, such as a vice-chair or an external adviser, who read it with \
         them, also before it is released, and change nothing.",
    ),
    (AdvisersAreOthers, "Neither you nor anybody who runs this round can be an adviser."),
    (AdvisersAreOthers, "Neither {subject} nor anybody who runs this round can be an adviser."),
    (ReadFirst, "You, {facilitator_address}"),
    (ReadFirst, "{facilitator}, {facilitator_address}"),
    (
        ReadThen,
        "Once it is released, you can read it, and so can those who run this round at {trust}, with the systems they \
         use for it.",
    ),
    (
        ReadThen,
        "Once it is released, {subject} can read it, and so can those who run this round at {trust}, with the systems \
         they use for it.",
    ),
    (AddedLater, "Who is asked: from now on nobody is added unless {facilitator} agrees."),
    (AddedLater, "Who is asked: from now on nobody is added unless you agree."),
    (AddedLater, "That does not change which groups are shown together."),
    (Questions, "The questions may later be looked at over many released reports, using only what those reports show."),
    (Kept, "How long things are kept: your name and address stay with the report."),
    (Kept, "How long things are kept: your name and address stay with the report, as the person who releases it."),
    (
        Kept,
        "How long things are kept: your address is erased {people_days} days after the round closes, and your name \
         stays in the report, with your answers.",
    ),
    (Kept, "How long things are kept: your name and address are erased {people_days} days after the round closes."),
    (Kept, "The answers behind the report are kept sealed, so that a mistake in the counting can be corrected."),
    (
        Kept,
        "They are destroyed {answers_days} days after the round’s last report is released, or {unreleased_days} days \
         after closing if one is not.",
    ),
    (Kept, "The report is kept for {years} years."),
    (CannotChange, "Once sent, your answers cannot be changed or taken back."),
    (
        CannotChange,
        "Once sent, your answers cannot be changed or taken back: they are kept apart from your name, so we cannot \
         pick yours out again.",
    ),
    (DraftIsSealed, "While you answer, what you have saved is encrypted and can be opened only with your link."),
    (Sealed, "When you send, your answers are sealed."),
    (Sealed, "They are opened after the round has closed, together with all the others."),
    (
        Sealed,
        "When you send, your answers are sealed and stored without your name, your link, the time or anything about \
         your device.",
    ),
    (Sealed, "They are opened after the round has closed: all together and in mixed order."),
    (
        Bands,
        "Where an average comes so close to the end of the scale that it would give a person’s answer away, the report \
         says only “low” or “high” for it, and marks what is made from it as approximate.",
    ),
    (NoReminders, "If you say no, you will get no more reminders, and you can change your mind."),
    (NoShows, "The report will show that you did not answer; nobody is told before that."),
    (NoDoesNotShow, "Nobody is told that you said no."),
    (NoReminders, "You will get no more reminders."),
    (NoDoesNotShow, "You will get no more reminders, and nobody is told that you said no."),
    (
        NotLive,
        "Please do not use these pages for a safeguarding or whistleblowing concern: nobody reads them until the round \
         has closed.",
    ),
    (DraftComesBack, "You can stop at any time and come back with the same link, on this or another device."),
    (LeftOut, "It is left out of every average."),
    (NoTrace, "This page sets no cookies and keeps no record of your device."),
    // Comments, the check, coming back.
    (CommentByName, "What you write is shown word for word in your report, with your name."),
    (
        CommentByName,
        "What you write is shown word for word, with your name, to {subject} and everybody else who reads the report.",
    ),
    (CommentWithoutName, "What you write is shown word for word to {subject} and everybody else who reads the report."),
    (CannotChange, "Once you have sent them, they cannot be changed or taken back."),
    (ByName, "The report shows them with your name."),
    (
        Sealed,
        "Once you have sent them, they cannot be changed or taken back: they are kept apart from your name, so we \
         cannot pick yours out again.",
    ),
    (UnsentIsNotCounted, "Please send them by {deadline}, or they will not be counted."),
    (DraftIsSealed, "Until then, they are encrypted and only your link opens them."),
    // Afterwards. These pages do not know who reads them, so each sentence has to be true of everybody.
    (Sealed, "When the round has closed, all answers for {subject} are opened together and counted."),
    (Sealed, "The round has closed."),
    (Sealed, "All answers for {subject} are opened together and counted."),
    (CannotChange, "Your link has done its work and opens no questions any more."),
    (CannotChange, "Nobody can change what you have sent."),
    (ReceiptsCarryNoTime, "It comes some time later on purpose, so that its time tells nobody when you answered."),
    (UnsentIsNotCounted, "The time for feedback for {subject} is over, and no more answers can be taken."),
    (UnsentIsNotCounted, "Answers that were saved but not sent are not counted, and nobody reads them."),
];

/// Emails.
pub(crate) const EMAILS: &[(Claim, &str)] = &[
    (ByName, "The report shows your answers with your name."),
    (WithoutName, "You answer without your name."),
    (ReadFirst, "{facilitator} ({facilitator_address}) reads the report first and decides when it is released."),
    (ReadFirst, "You ({facilitator_address}) read the report first and decide when it is released."),
    (AdvisersRead, "You may name advisers, such as a vice-chair, who read it with you and change nothing."),
    (AdvisersRead, "They may name advisers, such as a vice-chair, who read it with them and change nothing."),
    (ByName, "Your own assessment is by name."),
    (CommentByName, "The report shows your ratings and your comments, word for word, as yours."),
    (AnsweringShows, "It also shows whether you answered."),
    (CommentByName, "The report shows your ratings and your comments, word for word, with your name."),
    (InFigures, "Answers without a name are counted together with other people's."),
    (
        PutTogether,
        "Each figure stands for at least {threshold} people: when fewer than {threshold} people of a group answer, \
         groups are put together.",
    ),
    (
        NotBySubtracting,
        "In one report nobody can subtract until one person is left, not even somebody who answered too.",
    ),
    (
        AnsweringDoesNotShow,
        "Nobody is told whether you answered, but in a small group it can show: when everybody in it did, or nobody.",
    ),
    (
        CommentWithoutName,
        "Comments are shown word for word, without name or group and in mixed order, and only if at least {comments} \
         people answer without their names.",
    ),
    (
        NothingOfFew,
        "When fewer than {threshold} people answer without their names, the report shows no ratings and no comments.",
    ),
    (CannotChange, "Once sent, answers cannot be changed or taken back."),
    (DraftComesBack, "You can stop and come back later through the same link."),
    (DraftComesBack, "If you have begun, your answers are waiting where you left them."),
    (
        DraftComesBack,
        "The link is the same as before, and if you have begun, your answers are waiting where you left them.",
    ),
    (NoReminders, "This reminder went only to people whose answers have not arrived, and we tell nobody who they are."),
    (
        NoReminders,
        "If you would rather not take part, you can say so on the page behind the link, and we will not remind you \
         again.",
    ),
    (ByName, "The report shows it with your name."),
    (WithoutName, "Your answers are kept without your name."),
    (
        CannotChange,
        "Answers that have been sent cannot be changed or taken back, and the link you used no longer opens the \
         questions.",
    ),
    (InFigures, "Those who answered without their names were promised that nobody can work out who said what."),
    (ReadThen, "{subject} is told too and can read it now."),
    (ReadThen, "So can those who run the round at {trust}, with the systems they use for it."),
];

/// The rest: true or not, no result can show it.
pub(crate) const UNHELD: &[&str] = &[
    // Headings and labels.
    "CEO review 2027",
    "Feedback for {subject}",
    "Your own assessment",
    "How long",
    "Answer by",
    "You are answering {capacity}.",
    "Your name",
    "Reads the report first",
    "{deadline}",
    "{group}",
    "About 12 minutes: {statements} statements, and room for comments if you wish",
    "About 12 minutes: {statements} statements.",
    "Everything that happens with your answers",
    "What happens with your answers",
    "What happens with your answers (opens in a new tab)",
    "How this is protected",
    "How this is protected, and what it cannot do",
    "Before you start",
    "If somebody may be at risk, or something is seriously wrong",
    "Start",
    "You have told us that you would rather not answer",
    "Part {parts} of {parts}",
    "In your own words",
    "Before you write",
    "Send your answers",
    "Finish later",
    "Go on now",
    "Your answers are saved",
    "Your answers have been received",
    "What happens next",
    "This round has closed",
    // Asked and thanked.
    "{trust} asks how you see your own work as {role}.",
    "{trust} asks for your honest view of how {subject}, {role}, works.",
    "Others are asked the same about you.",
    "That is fine.",
    "If you change your mind, please answer by {deadline}.",
    "It is up to you whether you answer.",
    "“Not able to say” is as good an answer as any other.",
    "At the end you see all your answers before you send them.",
    "So please do not pass your link on.",
    "{concerns}",
    "Is something unclear?",
    "Ask {contact}: {contact_address}",
    "Write as much or as little as you like.",
    "You can leave any box empty.",
    "This is not the place to report a safeguarding or whistleblowing concern.",
    "Please send them by {deadline}.",
    "They have not been sent yet.",
    "Come back whenever it suits you: use the same link from your email, on this or any other device.",
    "If others use this device, close this page now.",
    "Thank you.",
    "Taking the time to answer with care is a real service to {trust}.",
    "You will get a short email to confirm.",
    "There is nothing more for you to do.",
    "You can close this page.",
    // Warnings, and what no result can promise.
    "If you expected another person or address, do not answer, and tell somebody you trust on the board.",
    "If nobody has agreed this with you, do not answer, and tell somebody you trust on the board.",
    "If you expected another person or another address to read it first, do not answer, and tell somebody you trust on \
     the board of {trust}, at an address or number that you already know.",
    "If this is not the person or the address that you expect, do not answer, and tell somebody you trust on the board \
     of {trust}, at an address or number that you already know.",
    "If nobody has agreed with you that you read the report first, do not answer, and tell somebody you trust on the \
     board of {trust}, at an address or number that you already know.",
    "If nobody has agreed with you that you read a report first, do not answer, and tell somebody you trust on the \
     board of {trust}, at an address or number that you already know.",
    "They can be asked for by law.",
    "Your way of writing may show who you are.",
    "Do not name colleagues or pupils.",
    "Do not name yourself, colleagues or pupils.",
    "Do not describe an event that only you saw.",
    "What it cannot do: hide a way of writing that people know, or a story that only you could tell.",
    "{together} or more people whose answers are shown together with yours, and who tell one another what they \
     answered, may find out more.",
    "Two reports about {subject}, for one of which a single person more was asked, can be subtracted if everybody else \
     answers the same in both.",
    "When everybody else in your group gives the best answer, one of you may be able to tell.",
    "And somebody who controls both the server and its secret key could, with effort, connect answers with people \
     before they are counted.",
    // Emails.
    "Dear {name},",
    "{trust} is gathering feedback about the work of {subject}, {role}.",
    "Your view counts, because you see that work at first hand.",
    "{trust} is asking people who work with you for feedback.",
    "Your own view belongs beside theirs, so please answer the same questions about yourself.",
    "It takes about 12 minutes, on a phone or a computer.",
    "It takes about 12 minutes.",
    "Please answer by {deadline}.",
    "Please answer by {deadline}; it takes about 12 minutes.",
    "About {subject}, {role}",
    "About {subject}, {role}.",
    "About yourself, as {role}",
    "Your own assessment.",
    "You are asked as: {group}.",
    "The link is yours alone, so please do not pass this email on.",
    "What happens to your answers",
    "Please write nothing that only you could have written.",
    "The page behind the link says all this again, with more detail, before the first question.",
    "Give your feedback about {subject}",
    "Answer about your own work",
    "Do you wonder whether this email is genuine?",
    "Ask {contact} of {trust}, at an address or number that you already know.",
    "Write to {contact} at {contact_address}.",
    "Please do not use this to report a safeguarding concern or wrongdoing.",
    "With thanks,",
    "{contact}",
    "{trust}",
    "There is still time to give your feedback about your own work.",
    "There is still time to give your feedback about the work of {subject}, {role}.",
    "{trust} would be glad to have it.",
    "{trust} would be glad to have your answers.",
    "Please write a new email instead of a reply: a reply shows that you have not answered yet.",
    "Please write a new email instead of a reply: a reply shows that you have answered.",
    "Please write a new email instead of a reply: a reply would carry your link along.",
    "You have more time.",
    "The deadline for your feedback about your own work has moved: please answer by {deadline}.",
    "The deadline for your feedback about the work of {subject}, {role} has moved: please answer by {deadline}.",
    "Nothing else has changed.",
    "Your answers have arrived safely:",
    "There is nothing more to do.",
    "If you did not send these answers yourself, please tell {contact} straight away.",
    "Your feedback report is ready to read.",
    "As far as enough people answered, it shows how they see your work, in figures and in their own words.",
    "Read the report",
    "You sign in with your email address and a code that comes to it by email; there is no password.",
    "To read it, sign in with a passkey or with the account of your trust.",
    "A code by email is not enough.",
    "If you have neither yet, sign in with a code and add one of them; then you can read it at once.",
    "Please take what they say for what it says, and do not guess who said it.",
    "The report about {subject}, {role}, has been released.",
];
