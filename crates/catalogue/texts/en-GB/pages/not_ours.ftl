# A form that was not sent from a page of ours, or of which the browser does not say where it comes from. People who
# have signed in, or are about to, read it.

not-ours-title = Error: this could not be taken
# A page of another site pressed the button.
not-ours-foreign-heading = This came from another page
not-ours-foreign = A button was pressed on a page that is not ours, so nothing has been done. If you pressed it, go back
    to our own page and press it there.
# The browser does not say from which page the button was pressed.
not-ours-unsaid-heading = Your browser did not say where this came from
not-ours-unsaid = So that no other page can press a button for you, we take only what comes from our own pages. Your
    browser did not tell us, so nothing has been done. Go back in your browser: what you typed should still be there.
not-ours-unsaid-way-on = Open this service at the address that its emails give. If this page comes back, use another
    browser, or switch off what changes what your browser sends.
