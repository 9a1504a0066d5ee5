"""Pure knowledge about mainland-China identity data and the providers that check it.

Values, people, verdicts and provider signing use the standard library and ``cryptography`` only; the reader of XML uses
``defusedxml``, adapters add ``requests``. Nothing here reads the wall clock, global randomness, files outside the
package or the network.
"""
