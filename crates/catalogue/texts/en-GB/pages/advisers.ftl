# Who advises on a report, for the person who reads it first and releases it. $subject is the person the report is about.

advisers-title = Advisers
advisers-what = An adviser reads the report with you, also before you release it, and changes nothing. It may be a
    vice-chair, a member of a panel or somebody from outside the trust.
advisers-who-heading = Who advises on this report
advisers-none = Nobody does. You read it alone until you release it.
advisers-remove = Take away
advisers-name-heading = Name an adviser
advisers-name-what = Neither { $subject } nor anybody who runs rounds can be one.
advisers-email-hint = They get an email that says where to sign in, and sign in with this address.
advisers-do = Name this adviser
advisers-named = They have been named, and an email is on its way to them.
advisers-removed = They cannot read this report any more.

remove-adviser-title = Take this adviser away?
remove-adviser-at-once = They cannot read the report about { $subject } any more, from this moment on.
remove-adviser-read = What they have read, they know. The audit trail says when they read it.
remove-adviser-again = They get no email about it. You can name them again.
remove-adviser-do = Take away
