"""Files that prove something: mails and calendar files, read without trusting them.

Everything here takes bytes that a rep uploaded, and a rep can edit every one of them. Nothing is executed, written to
disk or sent anywhere; the one look outside is for a domain's public key, through a lookup that is passed in.
"""
