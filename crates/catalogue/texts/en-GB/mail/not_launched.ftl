# A round was to be launched at a set time and could not be. For those who run rounds.
# $title is the title of the round, $time when it was to be launched.

not-launched-subject = The round “{ $title }” was not launched
not-launched-time = The round “{ $title }” was to be launched on { $time }. It was not, and nobody has been written to. It
    is a draft again, without a time.
not-launched-late = The service was not running at that time, and for more than a day after it. So late, it launches
    nothing by itself. Please look at the round and launch it, or set another time.
not-launched-deadline = The time by which people could answer had passed. Please give the round a later closing time,
    and then launch it or set another time.
not-launched-not-ready = Not enough people are asked any more for a report to show anything, or somebody who has to be
    asked is missing. The round says what is missing. Please put it right, and then launch it or set another time.
not-launched-administrator-facilitates = Somebody who reads a report first now runs rounds for the trust. One person
    cannot do both. Please name somebody else to read it first, and then launch the round or set another time.
# Only the one who reads the report first can change who advises.
not-launched-administrator-advises = Somebody who advises on a report now runs rounds for the trust. One person cannot do
    both. Please ask the one who reads the report first to take them away, and then launch the round or set another time.
not-launched-under-way = Another round about the same person has not come to its end. Two cannot run at the same time.
    Please wait until the report of that one has been released, and then launch this one or set another time.
not-launched-agreement = Another round about the same person, or about somebody of the same name, is known. So the one who
    reads the report first has to agree to the list of people before this one is launched. Please ask them to, and then
    launch it or set another time.
# A button.
not-launched-look = Look at the round
