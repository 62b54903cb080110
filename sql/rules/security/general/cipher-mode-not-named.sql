/*
id = "cipher-mode-not-named"
title = "Cipher without a mode"
severity = "low"
cwe = [1240]
languages = ["java"]
what = "Finds block ciphers that are asked for by their bare name, so that the provider chooses mode and padding."
why = """
The provider that comes with Java takes ECB, which turns equal blocks into equal blocks; another provider may take another mode,
and what one wrote the other cannot read. A text of one block, such as a key that is wrapped, loses nothing by it."""
fix = "Name all three: AES/GCM/NoPadding."
references = ["https://docs.oracle.com/en/java/javase/21/security/java-cryptography-architecture-jca-reference-guide.html"]

[[example]]
language = "java"
match = [6, 8]
code = '''
import javax.crypto.Cipher;

class BareCiphers {
    private static final String NAME = "AES";
    void weak() throws Exception {
        Cipher.getInstance("AES");
        String name = NAME;
        Cipher.getInstance(name, "SunJCE");
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.crypto.Cipher;

class NamedModes {
    void sound() throws Exception {
        Cipher.getInstance("AES/GCM/NoPadding");
        Cipher.getInstance("ChaCha20-Poly1305");
        Cipher.getInstance("RSA");
        javax.crypto.KeyGenerator.getInstance("AES").generateKey(); // a key has no mode
    }
}
'''
*/
SELECT DISTINCT g.call_id AS node_id, c.value || ' leaves the mode to the provider' AS message
FROM argument_constants() c
JOIN call_graph g ON g.call_id = c.call_id
WHERE c.argument_index = 1
  AND g.is_external
  AND g.callee_full_name = 'javax.crypto.Cipher.getInstance'
  AND regexp_like(lower(c.value), '^(aes|camellia|aria|serpent|twofish|sm4)$')
