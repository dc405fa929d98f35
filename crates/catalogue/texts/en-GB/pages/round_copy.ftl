# A round that is used again. $subject is the person a review is about, $name who reads the report first, $title and
# $version those of a questionnaire.

copy-link = Use this round again
copy-title = Use this round again
copy-what = You get a draft that you can change. Nobody gets an email, and this round stays as it is.
copy-comes = What comes along
copy-rules = The thresholds and the groups of people who are asked.
copy-framework = The questionnaire { $title }, version { $version }.
copy-newest = The questionnaire { $title } in its newest version, { $version }.
copy-keep = Keep version { $version } of { $title }, which this round has
copy-review = The review of { $subject }, and { $name } as the one who reads the report first.
copy-lists = The lists of people who are asked.
copy-comes-not = What does not
copy-erased = The names and addresses of the people who were asked have been erased, as they were promised. Add the people
    of the new round from a list of your own.
copy-not-people = People who were taken off a list, and people the reader has not agreed to.
copy-not-advisers = People who advise the reader. The reader names them again for the new round.
copy-not-answers = Answers, reports, and whether anybody has answered.

## The draft is made, and does not have everything.

copied-title = The draft is made
copied-what = Some things could not be taken along. Look at them before you start the round.
copied-go = Go to the draft
copy-withdrawn = { $number ->
        [one] 1 person was taken off the list and is not asked again.
       *[other] { $number } people were taken off the list and are not asked again.
    } Add them if they are to be asked.
copy-waiting = { $number ->
        [one] 1 person was waiting for the reader to agree, and was never asked.
       *[other] { $number } people were waiting for the reader to agree, and were never asked.
    } Add them if they are to be asked.
copy-unusable = { $number ->
        [one] 1 person is
       *[other] { $number } people are
    } not on the list, because a name, an address or a group cannot be used any more. Add them as they are now.
copy-no-review = This person could not be taken along, because of them or of the one who reads the report first. Perhaps
    the reader runs rounds now. Add the person as things are now.
copy-no-advisers = { $number ->
        [one] 1 person
       *[other] { $number } people
    } advised the one who reads the report first, who can name them again.
