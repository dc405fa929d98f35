# The emails of a round, for administrators who look at them before they go out. $name is anybody who gets the email,
# $subject the person a review is about, $email the address of the one who reads the page.

emails-what = Read what each person will get. In place of their link stands one that leads to a page that says it is a
    sample.
emails-choose = Choose a person
emails-nobody = Nobody is reviewed yet, so nobody gets an email.
# Before a list of people.
emails-about = Asked about { $subject }
emails-read = Read the email
emails-invitation-to = The invitation to { $name }
emails-reminder-to = The reminder to { $name }
emails-reminder-only = It goes only to people who have not answered, when you send a reminder.
emails-subject = Subject
emails-html = As most people see it
emails-text = As text alone
emails-invitation = Read the invitation
emails-reminder = Read the reminder
emails-test = Send a test to yourself
emails-test-what = It goes to { $email } and nowhere else. Its link leads to a page that says it is a sample.
emails-test-as = As somebody of this group gets it
emails-test-send = Send the test
emails-sent = The test is on its way to { $email }. Its link leads to a page that says it is a sample.
emails-no-group = Choose a group of this round.
emails-back = Back to the round
