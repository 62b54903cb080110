/*
id = "cipher-without-mode"
title = "Cipher whose mode is left to the library"
severity = "medium"
cwe = [1188]
languages = ["java"]
what = "Finds ciphers that are asked for by the algorithm alone, so that the provider chooses mode and padding."
why = """
The providers that come with Java choose ECB, which shows which blocks are equal; another provider may choose something else, and then what
was written with the one cannot be read with the other."""
fix = "Name mode and padding: AES/GCM/NoPadding."
references = ["https://docs.oracle.com/en/java/javase/21/docs/api/java.base/javax/crypto/Cipher.html"]

[[example]]
language = "java"
match = [7, 8]
code = '''
import javax.crypto.Cipher;

class CiphersWithoutMode {
    private static final String NAME = "AES";

    void weak() throws Exception {
        Cipher.getInstance("AES");
        Cipher.getInstance(NAME, "SunJCE");
    }
}
'''

[[example]]
language = "java"
match = []
code = '''
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;

class CiphersWithMode {
    void sound() throws Exception {
        Cipher.getInstance("AES/GCM/NoPadding");
        Cipher.getInstance("ChaCha20");
        KeyGenerator.getInstance("AES");
    }
}
'''
*/
SELECT DISTINCT g.call_id AS node_id, 'the mode of ' || upper(c.value) || ' is ECB where nothing is said of it' AS message
FROM argument_constants() c
JOIN call_graph g ON g.call_id = c.call_id
WHERE c.argument_index = 1 AND g.is_external AND g.callee_full_name = 'javax.crypto.Cipher.getInstance'
  AND lower(c.value) IN ('aes', 'aria', 'camellia', 'sm4', 'twofish', 'serpent')
