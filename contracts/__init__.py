"""What each provider promises, as data (schemas, outcome tables), and the code that reads it.

May import `kyc_core`; never `simulator`.
"""
