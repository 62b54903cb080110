-- A row is a row of flows that does not rest on several guesses at what a call means: what a rule tells people of.
SELECT * FROM flows WHERE confidence >= 0.4
