# Who is asked about one person, for administrators. $subject is the person the review is about, $name and $email somebody who is
# asked, $number a number of people or rows, $row the number of a row in somebody's spreadsheet, $column the letter of a column.

raters-title = Who answers about { $subject }
raters-count = { $number ->
        [one] 1 person is on the list.
       *[other] { $number } people are on the list.
    }
raters-nobody = Nobody is asked yet but { $subject }, who answers about themselves. Add people one by one, or a whole list from a
    spreadsheet.
raters-erased = The names have been erased, as everybody was told before they answered.
raters-withdrawn-count = { $number ->
        [one] 1 person was withdrawn.
       *[other] { $number } people were withdrawn.
    }
raters-no-answers = Who has answered is not shown here.
raters-add-one = Add one person
raters-add-list = Add a list
raters-shown = What can be shown
raters-round = Back to the round
raters-name = Name
raters-address = Email address
raters-email = First email
raters-change = Change
raters-group-count = { $number ->
        [one] 1 person
       *[other] { $number } people
    }
raters-page = Page { $page } of { $pages }
raters-next = Next page
raters-previous = Page before
raters-remove = Remove
raters-withdraw = Withdraw
raters-correct = Correct the address
raters-send-again = Send it again
raters-delivery-queued = on its way
raters-delivery-sent = sent
raters-delivery-file = written to a file, since there is no mail server
raters-delivery-refused = refused by the mail server
raters-delivery-failed = could not be delivered
raters-delivery-waiting = waits for { $name } to agree
raters-withdrawn = withdrawn
raters-none-yet = not yet
raters-done-added = They are on the list.
raters-done-waiting = They are on the list, and get an email once { $name } has agreed to them.
raters-done-imported = { $number ->
        [one] 1 person is on the list now.
       *[other] { $number } people are on the list now.
    }
raters-done-imported-waiting = { $number ->
        [one] 1 person is on the list now, and gets an email once { $name } has agreed.
       *[other] { $number } people are on the list now, and get an email once { $name } has agreed.
    }
raters-done-removed = They have been removed.
raters-done-withdrawn = They have been withdrawn. Their link does not work any more.
raters-done-asked-again = Another email is on its way to them.

## One person.

rater-add-group = Group
rater-add-do = Add this person
rater-add-waits = The round is open. They get an email once { $name } has agreed to them.
rater-remove-title = Remove this person?
rater-remove-what = Nobody has written to them. You can add them again.
rater-withdraw-title = Withdraw this person?
rater-withdraw-link = Their link stops working at once, and they get no more emails.
rater-withdraw-answers = If they have answered, the answers stay: nobody can tell which ones are theirs. You do not learn whether
    they have.
# Of somebody in a group whose members the report names.
rater-withdraw-answers-named = If they have answered, the answers stay, and the report shows them as theirs. Until it is released you
    do not learn whether they have.
# The mail server has refused the first email to them.
rater-withdraw-unreached = The mail server has refused their address, so you can add them again later, in the same group.
# Somebody has invited them, or the round has started, since the page was shown.
rater-leaving-changed = This has changed since you pressed the button: an email may be with them now, or nobody has written to them.
    Nothing has been done. Read what it means now, and press the button again.
rater-withdraw-no-way-back = This cannot be undone. Somebody who was withdrawn is not asked again about this person.
rater-whom = { $name }, { $email }
rater-is-subject = They answer about themselves and stay on the list. Take them out of the round instead.
rater-again-title = Correct the address
rater-again-same-title = Send the email again
rater-again-subject = They are the person it is about, so their address stays the same in this round. Send the email again when their
    mailbox takes emails. For another address, make a new round.
rater-again-refused = The mail server refused { $email }.
rater-again-email = Their email address
rater-again-hint = Leave it as it is to try the same address again.
rater-again-new = At another address they get an email once { $name } has agreed, since nobody has agreed to that address yet.
rater-again-do = Send the email
rater-again-taken = This is an address of somebody who is on the list already, or of the person it is about. Give their own.
rater-again-not-now = The email to them has not been refused, so it may be with them. Nothing has been changed.

## A list.

list-what = Copy the cells in your spreadsheet and paste them here, or choose the file. A line for each person, with a name, an
    email address and a group. You see every row before anybody is added.
list-paste = Paste from a spreadsheet
list-paste-hint = With the line that names the columns, if it has one.
list-file = Or choose a file
list-file-hint = A workbook from Excel or LibreOffice, or a CSV file, of up to 5 MB. In Google Sheets, download the list as
    Microsoft Excel. In Apple Numbers, choose File, Export To, Excel.
list-read = Read the list
list-kept = Only you can open what you send here, and only for an hour. It is erased when the people are added, and otherwise
    within two hours.
list-missing = Paste the list, or choose a file.
list-both = Paste the list or choose a file, and not both.
list-too-large-title = This file is too large
list-too-large-what = Nothing was kept of it. A list of 10,000 people is far smaller, so there may be pictures or other sheets in the file.
list-too-large-do = Copy the sheet with the list into a new workbook, save that and send it; or copy the cells and paste them.
list-again = Upload again
list-back = Go back and choose another file
list-gone-title = This list is not here any more
list-gone-what = A list can be opened for an hour. It is erased before that when its people are added, when you send another one
    for the same person, and when the round starts. Nobody has been added from it since.
list-check-title = Check the list
list-from-sheet = This is the sheet “{ $sheet }”. These were not read: { $others }. To read another, save it as a workbook of its own.
list-guessed-letters = Some letters were hard to read. Look at names such as Zoë before you go on.

list-columns-title = Which column is which?
list-columns-what = This is how the list begins.
list-row = Row
list-header = Row with the names of the columns
list-header-hint = Its number. Leave it empty if there is none.
list-column-name = Names, or first names
list-column-last = Last names, if they are in another column
list-column-email = Email addresses
list-column-group = Groups
list-everybody = Or one group for everybody on the list
list-no-column = none
list-columns-do = Go on with these columns
list-columns-are = Names are in column { $name }, addresses in { $email } and groups in { $group }.
list-columns-everybody = Names are in column { $name }, addresses in { $email }. Everybody is in the group { $group }.
list-columns-change = Choose other columns
list-columns-two = { $first } and { $last }
list-no-name = There is no column with names. Choose the one that has them.
list-no-email = There is no column with email addresses. Choose the one that has them.
list-no-group = There is no column with groups. Choose the one that has them, or one group for everybody.
list-no-addresses = There is no email address in column { $column }. Choose the column that has them.
list-column-unknown = The list has no such column. Choose one that it has.
list-column-twice = Column { $column } is chosen for two things. Choose another one for one of them.
list-header-unknown = The list has no such row. Give the number of a row that it has.
list-group-unknown = The round has no such group. Choose one that it has.
list-no-rows = There is nobody below that row. Give another row, or add the people to your list and upload it again.
list-too-long = The list has more than 10,000 rows. Send it in parts.

list-words-title = Which groups do these words mean?
list-words-what = They are written in the column of groups. Choose a group for each; it is remembered for your next list.
list-word = “{ $word }”
list-word-rows = { $number ->
        [one] in 1 row
       *[other] in { $number } rows
    }
list-word-none = no group
list-words-many = There are { $number } different words in this column, and the first { $first } are here. Is it the right column?
list-words-do = Go on with these groups
list-words-change = Change what words mean

list-good = { $number ->
        [0] No row can be added yet.
        [one] 1 row can be added.
       *[other] { $number } rows can be added.
    }
list-bad = { $number ->
        [one] 1 row has to be put right.
       *[other] { $number } rows have to be put right.
    }
list-repeats = { $number ->
        [one] 1 row is left out, since that person is on the list already.
       *[other] { $number } rows are left out, since those people are on the list already.
    }
list-import-all = { $number ->
        [one] Add this person
       *[other] Add these { $number } people
    }
list-import-good = { $number ->
        [one] Add the 1 good row and leave out the rest
       *[other] Add the { $number } good rows and leave out the rest
    }
list-left-out = { $number ->
        [one] You have left out 1 row.
       *[other] You have left out { $number } rows.
    }
list-left-out-back = { $number ->
        [one] Take it back in
       *[other] Take them back in
    }
list-fix-title = To put right
list-fix-what = The numbers are those of your spreadsheet. Put it right here, or in your file.
list-fix-more = These are the first { $first } of { $number } rows. The others come when these are done.
list-fix-row = Row { $row }
# $problem is what is wrong, as a sentence.
list-fix-row-wrong = Row { $row }: { $problem }
list-fix-out = Leave this row out
list-fix-do = Check again
list-download = Download these rows with what is wrong
list-rows-title = The other rows
list-rows-state = Becomes
list-row-good = is added
list-row-left-out = is left out
list-moved = Something has changed since this page was shown, perhaps in another tab. Look at it as it is now, and press
    the button again.
list-nothing-left = Every row is left out, so there is nothing to add.

row-group-missing = Choose a group.
row-group-unknown = The round has no group “{ $group }”. Choose one that it has.
row-group-unseen = There is a character in the group that nobody sees. Choose a group.
row-duplicate = This address is in row { $row } already. Leave one of the two out.
row-already = This person is on the list already.
row-another-group = They were asked in the group { $group } and withdrawn. Choose that group.
row-same-mailbox-row = This is another address of the mailbox in row { $row }. One person is asked once: leave one of the two out.
row-same-mailbox = This is another address of somebody who is on the list already.
row-subject = This is the person it is about. They are on the list already and can be in no other group.
row-group-not-asked = Nobody of the group { $group } was asked when the round started, so nobody can be added to it any more.
row-not-subject = Only the person it is about answers about themselves. Choose another group.
row-fields = The row has { $found } cells and the line with the names of the columns has { $expected }. Check each part.
