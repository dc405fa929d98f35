# What surrounds every page. Everybody reads it.

# Heard and not seen until it has the focus: jumps over the top of the page.
frame-skip = Skip to the main content

# The name of the service, where no trust is known.
frame-service = Candour

# At the bottom. $name is who to ask, a person or an office; $email their address, as a link.
frame-ask = Is something unclear? Ask { $name }: { $email }

# At the bottom.
frame-no-cookies = This page sets no cookies and keeps no record of your device.
