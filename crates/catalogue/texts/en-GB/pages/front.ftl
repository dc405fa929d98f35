# The page at the address of the service itself. People come here who cut a link short, or wonder whose it is. It names
# no trust.

front-title = Candour: feedback for those who lead school trusts
front-heading = Feedback for those who lead school trusts
front-lead = School trusts use this service to ask people, by email, how somebody who leads the trust works.

front-asked-heading = If you were asked for your feedback
front-asked-email = Open the email again and press the link there, or copy the whole address from it. It leads to a page
    of your own, and you need no account.
front-asked-ask = If the link does not work, ask the person named in the email.
front-asked-genuine = If you are not sure that the email is genuine, ask at your trust’s office, at a number or address
    that you already know.

front-run-heading = If you run a round, or read its report
front-run-text = Sign in with your email address.
