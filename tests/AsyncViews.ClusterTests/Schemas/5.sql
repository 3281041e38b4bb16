SET check_function_bodies = off;
CREATE FUNCTION asyncviews_count_ended() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state < 3 AND NEW.state >= 3 THEN
        INSERT INTO asyncviews_ended VALUES (NEW.type, NEW.state, 1);
    ELSIF TG_OP = 'DELETE' OR NOT OLD.gone AND NEW.gone THEN
        INSERT INTO asyncviews_ended VALUES (OLD.type, OLD.state, -1);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION asyncviews_count_share() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    row asyncviews_processes := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    change bigint := CASE TG_OP WHEN 'INSERT' THEN NEW.bytes WHEN 'DELETE' THEN -OLD.bytes ELSE NEW.bytes - OLD.bytes END;
BEGIN
    INSERT INTO asyncviews_shares SELECT name, change FROM (SELECT '' UNION SELECT row.owner UNION SELECT row.lane) AS names (name);
    RETURN NULL;
END $$;
CREATE TABLE asyncviews_chunks (
    content uuid NOT NULL,
    number bigint NOT NULL,
    bytes bytea NOT NULL
);
ALTER TABLE ONLY asyncviews_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE TABLE asyncviews_contents (
    id uuid NOT NULL,
    node text NOT NULL,
    named boolean DEFAULT false NOT NULL,
    created timestamp with time zone DEFAULT now() NOT NULL,
    removed timestamp with time zone
);
CREATE TABLE asyncviews_ended (
    type text NOT NULL COLLATE pg_catalog."C",
    state smallint NOT NULL,
    count bigint NOT NULL
);
CREATE TABLE asyncviews_keys (
    id bigint NOT NULL,
    ring text NOT NULL,
    name text NOT NULL,
    xml text NOT NULL
);
ALTER TABLE asyncviews_keys ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME asyncviews_keys_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE asyncviews_meta (
    name text NOT NULL,
    value bytea NOT NULL
);
CREATE TABLE asyncviews_nodes (
    name text NOT NULL,
    host text NOT NULL,
    pid integer NOT NULL,
    lock integer NOT NULL,
    beat timestamp with time zone NOT NULL,
    types text[] DEFAULT '{}'::text[] NOT NULL
);
CREATE TABLE asyncviews_processes (
    sequence bigint NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    type text NOT NULL COLLATE pg_catalog."C",
    owner text NOT NULL COLLATE pg_catalog."C",
    submission_key text COLLATE pg_catalog."C",
    idempotency_key boolean NOT NULL,
    limited boolean NOT NULL,
    lane text NOT NULL COLLATE pg_catalog."C",
    anonymous boolean NOT NULL,
    identity bytea,
    state smallint NOT NULL,
    rank integer NOT NULL,
    due timestamp with time zone NOT NULL,
    turn bigint NOT NULL,
    start_before timestamp with time zone,
    fence integer DEFAULT 0 NOT NULL,
    failed integer DEFAULT 0 NOT NULL,
    last_failed timestamp with time zone,
    max_starts integer NOT NULL,
    max_attempts integer NOT NULL,
    node text,
    version bigint DEFAULT 1 NOT NULL,
    created timestamp with time zone NOT NULL,
    started timestamp with time zone,
    heartbeat timestamp with time zone,
    ended timestamp with time zone,
    expires timestamp with time zone,
    cancel_requested boolean DEFAULT false NOT NULL,
    removed_at_end boolean DEFAULT false NOT NULL,
    gone boolean DEFAULT false NOT NULL,
    discarded boolean DEFAULT false NOT NULL,
    served boolean DEFAULT false NOT NULL,
    key_salt bytea,
    sealed_status bytea,
    sealed_failures bytea,
    sealed_origin bytea,
    sealed_submission bytea,
    sealed_run_secrets bytea,
    bytes bigint DEFAULT 0 NOT NULL,
    body_length bigint NOT NULL,
    body_content uuid,
    sealed_body bytea,
    sealed_response bytea,
    result_length bigint,
    result_content uuid,
    sealed_result bytea
);
ALTER TABLE asyncviews_processes ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME asyncviews_processes_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE asyncviews_shares (
    name text NOT NULL COLLATE pg_catalog."C",
    bytes bigint NOT NULL
);
INSERT INTO asyncviews_ended VALUES ('page:/Ledger', 3, 1);
INSERT INTO asyncviews_keys OVERRIDING SYSTEM VALUE VALUES (1, 'store', 'key-64d4d94a-f99d-47c6-9955-4ce9ea70e741', '<key id="64d4d94a-f99d-47c6-9955-4ce9ea70e741" version="1"><creationDate>2026-11-29T02:24:22.9710428Z</creationDate><activationDate>2026-11-29T02:24:22.9710428Z</activationDate><expirationDate>2027-02-27T02:24:22.9710428Z</expirationDate><descriptor deserializerType="Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel.AuthenticatedEncryptorDescriptorDeserializer, Microsoft.AspNetCore.DataProtection, Version=10.0.0.0, Culture=neutral, PublicKeyToken=adb9793829ddae60"><descriptor><encryption algorithm="AES_256_CBC" /><validation algorithm="HMACSHA256" /><masterKey p4:requiresEncryption="true" xmlns:p4="http://schemas.asp.net/2015/03/dataProtection"><!-- Warning: the key below is in an unencrypted form. --><value>Q6kQNPbFacZE1FZn5hRaaTkdtv8K58EH1hfhmfuJNtONFlM29rTFZCO3XEYyzFcI3VWbLiNeg6EQ/NqAlSN0QQ==</value></masterKey></descriptor></descriptor></key>');
INSERT INTO asyncviews_keys OVERRIDING SYSTEM VALUE VALUES (2, 'application', 'key-e7940adc-6910-4c08-9c85-0b69568cc168', '<key id="e7940adc-6910-4c08-9c85-0b69568cc168" version="1"><creationDate>2026-11-29T02:24:27.2850601Z</creationDate><activationDate>2026-11-29T02:24:27.2850601Z</activationDate><expirationDate>2027-02-27T02:24:27.2850601Z</expirationDate><descriptor deserializerType="Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel.AuthenticatedEncryptorDescriptorDeserializer, Microsoft.AspNetCore.DataProtection, Version=10.0.0.0, Culture=neutral, PublicKeyToken=adb9793829ddae60"><descriptor><encryption algorithm="AES_256_CBC" /><validation algorithm="HMACSHA256" /><masterKey p4:requiresEncryption="true" xmlns:p4="http://schemas.asp.net/2015/03/dataProtection"><!-- Warning: the key below is in an unencrypted form. --><value>ztAZESeznXQm0vOR1aH0TlhCIq5aYtGW97BUo75RGwGSsD+Ma/OlKZBHdj+MduRLttQKS9UK+VZYiJmumgCpkw==</value></masterKey></descriptor></descriptor></key>');
INSERT INTO asyncviews_meta VALUES ('version', '\x05');
INSERT INTO asyncviews_meta VALUES ('key', '\x09f0c9f04ad9d4649df9c64799554ce9ea70e741f991e5860c2f6703b0391c477c082c726e27ea45e82cab6b01dcb28b42a5e54970b508607d66b7276ad0c1a51455543bfe77ad1a03562f8ce798c1c09d654d31c45eae8ea6a697fa721d96c357d703b46e8f9747a6a760ddcf17b4740b5a16263be7ab66c0553afcab0c064c3aa55630');
INSERT INTO asyncviews_nodes VALUES ('node-21376-b13da462bc584dd4ae6c7af96a376d40', 'node pid:[4026531836]', 21376, 628043205, '2026-11-29 02:24:33.165208+00', '{}');
INSERT INTO asyncviews_processes OVERRIDING SYSTEM VALUE VALUES (3, 'fzm8px2tsqgppcrt67n4w3xahs', 'page:/Ledger', '0f1eef89dcaea808aaf24d1c888b1616f0c47ab5fa2a08f670488c3b3f54b6a9c80572f3b1fe5ec5b9a8090de90f8953c12079065d6930c500009b91', 'b99445784fccff1ebefe0b99d1206f7df1a1a7cee818aad1fb4a084cc9ce88c5', false, true, '0f1eef89dcaea808aaf24d1c888b1616f0c47ab5fa2a08f670488c3b3f54b6a9c80572f3b1fe5ec5b9a8090de90f8953c12079065d6930c500009b91', true, NULL, 1, -5, 'infinity', 1, NULL, 0, 0, NULL, 1, 1, NULL, 1, '2026-11-29 02:24:29.827978+00', NULL, NULL, NULL, NULL, false, false, false, false, false, '\x1cf8a72e3d57945001982b487704243aeb617803a6a577ba93401008a4c7ae1b', NULL, NULL, '\x375b7b16778971a55fa9e4b75fe96709f3e491bf7e823560c8237b4e0f1442c87b6b61eae38e08ea5a066d6da7653516738047440d2ac38388b8d31f292288fbfe3213fc5af2f1529761d821779274717f247349ae0a23ef5cf653e1d0f793f826b7c46b35a30d6564fabd2668fec80c8cd23d0d0865b94ac658a4b45002855ac4', '\xce14236bd2df4b9ec1ddf2d5628fa0f9422398dc41596b3225fc414884f2a710247cf18038bdbd9ef08adf208e36688f37d9965bd67ed22fe791c9beed7de7689131ed80ed55ec602661523ec8c0644749d91f176f1ab4137756d4f82657eb023f8ecc402e53516b6202b36752446eb5db0f90f2cec66e26acf6e95a7db5d652d2146ddbbb27b153827ec3a7ad82a779f89c78ea3216d49c22c1726ffe2a6ba7f335c3e4d8e9fcad46ca2740836f72ad539a1a238eb9d1b8142fdf10797569ed7942b75c7fa10ef3116b712a9fc26ea5adc13e582775e5e443c8ebbcace2165f9b2d2099bc233cca946f2216377991c7c708149a511b0c4e050a767ba772aecb06ea5cac662f43a7dfa61d69d204fa68552dfc3595271951dd822b16404b1b3c0d834d3ea2de77c6ad47d5599c1e295254ba4345ee4180edeee70326d6f7e9deaf8c2ddd4ca29b0f99d350ac8325cc39607c8725a9a63f33f2f4d3d41553ad5606e366fb4e91f5c52b143c28e46b1193c589ed24b40adff2d037257db5f94495c4f5b86a2f79e16b5d8848e53f53877decc1a7b23486485c35852e8009a103a943ed47f2625caf548daaabbf8e69659a38b79e4acb16a0899a98dd5925296791a8df5638db04beff5e022a9cac554ae619eafff4cd3e4f1a64298f176b813d4a2858eb236499f5caba623bf359a961487c8923825ba764aa384d4d4b30bef40c85234495a1d35b982001bf799fac04f118192215afb19955b6017d64b8', '\x6ff0247259a3e57edab2be487b0f0880259420d69cc5c125209f6ecd3622eb4d86e756a7c5f51e6ab0e5cbb3fac0c8f4a76d1fa5e03175c002fb817a8e87e37ad2e1087191b012b7240881d8e9225e83c2ddc0792dd8e3ac59bf43ae9dc5ab281e8c22e96462ac88ab0ae66ee26c38dc3035b1528b379659a977fdafd60e1eec933bbaa4c05e2920d6f88f6d4e5ceabed9585a5f1c6e83ce28c167a17970950d50a5bd3a38c7e00725153134a3188214a7f011c48092eb5c74a894228b7f7dde0869d20c34b076f8ca45c82b7dcf2e9c943a9c47fabfc3ee2143970681f09c0943e3cfea1d5e6d460797277b48076a315d6802076155ca3a', 3088, 206, NULL, '\xdd27e62e61a2bfaa4ae7ee93af747db72dd77d0fc6997c3ff6568eae6a2e4b3896359f554164642e1b3ccb6572c443bd6b30084d64417342781fc112385882ddf904f3e0100779f36c7b9f42d55644ccca8e623a4ba395530f00ac6fd8b9e933f14e26305d3534f75fc66120eb616273a8a3aefc31b9d47feb4596011752d6d46bfdd6896013f8d65afe632381ae4f6305f2e444d67c886dc838ddc1a2cc8788b1fe88958fbfd48938c677ad2b03e44bcb5b9b75b4347f0dbe7a69b2c553c3f54e53fd22f9385610f182cf2f18cb80d06296553d985b0f80eaf9d27ff53306e5050f370cb80b446ebf46', NULL, NULL, NULL, NULL);
INSERT INTO asyncviews_processes OVERRIDING SYSTEM VALUE VALUES (2, 'js7k6fkqcnz8t0t86bzpdy452k', 'page:/Ledger', '0f1eef89dcaea808aaf24d1c888b1616f0c47ab5fa2a08f670488c3b3f54b6a9c80572f3b1fe5ec5b9a8090de90f8953c12079065d6930c500009b91', 'cb452044ab496d94259b896a341a20dc2f9ee942fe1c3ad51f3b12f6638c2828', false, true, '0f1eef89dcaea808aaf24d1c888b1616f0c47ab5fa2a08f670488c3b3f54b6a9c80572f3b1fe5ec5b9a8090de90f8953c12079065d6930c500009b91', true, NULL, 2, -5, 'infinity', 0, NULL, 1, 0, NULL, 1, 1, 'node-21376-b13da462bc584dd4ae6c7af96a376d40', 3, '2026-11-29 02:24:28.750652+00', '2026-11-29 02:24:28.785917+00', '2026-11-29 02:24:33.165208+00', NULL, NULL, false, false, false, false, false, '\xecc4c56d82e1f7ed9a4fb87eca0d66eac024ed02a28b9695af8e5a2381c5aad2', '\x9482023fdef7069e2c3bb4cd8857304e0230123c90eb9a6336a579fce57e85d5d2e665c3a31fa5d69c1f612bf5850d0f8a1cdd991582a7a81e3d146ed991f1c1e5318c87626ed1950e63deead614f7ad87a9505060aa23ec61c04dc6ea3ebc05fff1e7684d', NULL, '\xe3e7957673db4c61cc7c0d3af023504c7ee3bbb653bbdc1723c1a8936004b49937e20257741ef4678bf11ba3f0edbe022278bb03f7deb2d922d85c6ff02d8ecee133988925e1fe48c4c748d61aef2bd5c7cf49b50f0fca9d1b399fc931a0f8d0f148009b44f1ef10e4ead771ab3aede030e5e65b41782d172949e431cb14901fa6', '\x770af00e79f8e010e260fc6b16f29648c7d98a150e5ec9437f71c18046471e21807312e330d42801f533a6ff567e966b8e55fefeb37c58b4b44bba3121c64f8ee45712302472397cf7ac32fd83bafe8ba4e856a5c0f0654e277408883c1a8852376d9fac7435d24bb373df0006119efc4072958475bbe10a689e614f47d278d2d2b20832e53c04837c63ca3370cecb427ceafcb920ddafd1e8c6a4c811d563a26f346d8d03ef6f5a418c1e569dc3dcf3f4204771ca9391b9ca7c41988a4f6a0facabed91942757460c405bd492e6c58883ac3fb6c92e513a37e6722adb89376c729394adf70aa182c8b58829ffec9a1b1644d12eccbb54f2b57e823ef88410a37d5f4eed066cb6461cee26f568e0b63e0de276433a2564df8c309f19f6d26c71b20f2cdb98d246b01f57b3c600855233e422aef11e04e4648cf4a1955a960b568bcc5134634479b4b0f44249b76a7e47112c9205b1bb303c01dd19a26ced77a3e5a6c1fee5256c0ad16235e25ca40a20d825773e48323d2e10fe56f9be95e3f85a6c47b7db10ec39484fd4f8e5a28b8890c5c35e8a61141d84f5732cbe0472064cc08619c01caed97c882ed2152abbcd40703f0933b0500d636872e190d137311fdfe6497fb06374b0c7be5378eed2f8bf314b75ab13a16dbcc99e74eca4bad11387e86dcdbff42001c55af62dbd182b3c9085e848fdc7358c464c5e2e20672b877e3093151860c945ab1ff745ad9823840ee8be7c6530bc88c0486b4c', '\x88ac406b08e514f31d28b80a331a0c35444e297b3ed3e3bdc9f8a1fef492e65dfc499aba7371983faefaf8e5eddd038678ecd13cb3101dfdbe14a43142ba84652a0d805d6e57c74403afb26a43585085d40b9777700c9090520ee3d063b52f0cee1f1ed3090321641bb278163c07ce3c4ca0c74d11a56da854bf892a2d8b9dcc7ef13b2d82ab4f553121ee42ab92066c901e4649b8230eb0dc7e5c8f3623779ca76cc35b61aea1f20279d93bbbe58f30d0ac642a3f30c3366e9697041af751dccf534148f4b40eabdd470009d3595d394570c593ed2736f8edaccedad845caa4a6771c01a0dec784fed9c59ea1dd5e26b78d68fd315de15a', 3093, 211, NULL, '\x438270e09de61c316a1a8429d9db0fa36e6d1974084da59d4f9f2d8a352cda7433c3262018d0410e7fbf6fdf71fd63827f57e6d46df59a9876102cf20ec05ea3cc938b156c258546326dc4ca33a6f72d357c0e4a08393fa6f254e1746d37c353300a659c6e3bd812f1f1fab0bea6bcaf470c3a0a47fad465d11142f0533e47807ea0010c71a4e22ad31f2a6e7ede7e13107f388640cfbc618ac51ad0998c12ff2b65c1224d88950805f92715636b57faa99abb5259d34fb305e7d30798b99826b6d5169884af8086cd3e04446dd0508bf4e45d831777b23e44404f22c076d9bac1c95c7f3a2dc3b7a6ef40aee2420c', NULL, NULL, NULL, NULL);
INSERT INTO asyncviews_processes OVERRIDING SYSTEM VALUE VALUES (1, 'v5gr658g40316qk483v1jb09ye', 'page:/Ledger', '0f1eef89dcaea808aaf24d1c888b1616f0c47ab5fa2a08f670488c3b3f54b6a9c80572f3b1fe5ec5b9a8090de90f8953c12079065d6930c500009b91', NULL, false, true, '0f1eef89dcaea808aaf24d1c888b1616f0c47ab5fa2a08f670488c3b3f54b6a9c80572f3b1fe5ec5b9a8090de90f8953c12079065d6930c500009b91', true, NULL, 3, -5, 'infinity', 0, NULL, 1, 0, NULL, 1, 1, 'node-21376-b13da462bc584dd4ae6c7af96a376d40', 4, '2026-11-29 02:24:27.563208+00', '2026-11-29 02:24:27.632083+00', '2026-11-29 02:24:27.63258+00', '2026-11-29 02:24:27.789355+00', '2026-11-30 02:24:27.789355+00', false, false, false, false, false, '\x91d2e245fc1aaa54e7877ca3b61ee5ab2415b4df68d78bb5ee4ad122605be434', '\x68b3d5d031d3a8d5834e86b9eb7642cb8cf971d7a86d53a679d4c2f363442c16341861c3ca9406236b08ef84f52f293c515f84f9d89fb46c5e8f8849546d45b867f6c112c6bba7ad4843c0a2bbd6807fb40b433793021ed1b3f2aea29ec97ca43174de854663', NULL, '\x4a9a3d879dc7e62cdce71ea8f10ddcf22ea98036186b88509401c511eb94c88947a84698b1063eb624710e4220cbc33b8c12917576a233b6f185877723f52c676788558b2b1f10060127a120cda4f8fee884950fb2532c6ea75c2891f063132d3822928d9560e2bb89b9941ebc407d2c5117253b801fa4da38f1af67a998199240', NULL, NULL, 3648, 206, NULL, NULL, '\x790320e6c0b473c5c4ce25dbdb005bde711bc554e690ec4b1ef2449a775fc25a20fa6159552a85df702fb573a7a22b434117f8ea68a2f885ff5a3d23ba645b8c833cc19e4977e9e3dbd70c799c5f0d979e9566358d66509d561ad831916b0c1985644a617c847fbea01c451fe6fd1a7dfb10877e5c508a7f874faffc24d6622c395aa78a006c9e49d1ea641df9154b2808c2e0a295b17c727752740eb402c8c2321e2b', 1308, NULL, '\x421ad12d42d1dddcf441bfd59e9e4a35d039749177a8af68149ab6f6f208cd81427f1956c92f87021dbbd13592da9fae3c06361a3ce61e7726d9ade1a5afa5704dc69a191e7bedcb166b1d760a17308060330828d2ef706ce9327e5e27757e6bd3840898da4fd997c582bc7cfb31ea94152aa068188e407d75f7e6a432a7c79ac561d17302e3e433eab95368dc125da10fd4f75e11ef5676752307a83947814265dc88877aae07be4ef0253ea9ce420b72f2f2756266c63321a1bdedc70869fd54f1a75a4c2e2be26ed124c39af0bd09799fb092b4d280da4210cb32e3303f0b415ff02332cc53488c564d1b1a7d42b66632ac25771c22d672bf64e517327edf24b2c3b185a00f32582a7989b47e6e4948aa9c29f9a4f46bb1233e4149378cf9900e8582bbc0ee0f45285f19c4291e90d560c199fdc2495e61746d2e0eb4e2db001faa66bb9837696d06d9e08d38cc14d12f150a77e88619fc4205733a94237d54218e4d2e126cadb4ec935d2ab1ca42acc993b659ff7614c4a6251894f3d93b7d97013e82dd43f919875045d01cd12a276a9f64a8af049b38ff5bb982e24c79a00df75740e32d074d68ec9c942ac205b7afc9ff1c6767dc32cd4626e3cdb10492f2f2439f03e1a3dc509863218aa5d3daeaa07de28c4340a98be60af2248e852b393180a8d6137e8dc2fc84473eab19c20234f56005db3a491bbeac2a9ab1b760a66f2993843e79a39d09c7250ce6d35d0da25e4e60b8ab4aa754286d8147607d470acf4be34a6c84bec9c308132c96834efad82092da0426da969c889515dcea2727d3339a245270e60fa49776faff856ddbdd13a202b31247609c20790c4482246d604c427529ca57969ad9a46d64e9c4f4286a7e8e5c0de9d5511d2d6b22eeecc2de9cfd2178cde1be357fb39eec30f4103859c7df06cba8211b25c746474f4ca32bfdefbfbe18213d62e5a23b3fb511da838d0663cfbcb044f679077b31c3752e30d2fae826d774f852d2545fae02b8b2a2b78bd3c465d6d8bc60954be24664894caa4a43aa29ca285dbef8959e269c1d5e01c9894a89ba508b15960cac18d3e71fa77d46ec74f565f03c68ddb39e0b828aa1c5aec893b7d09d71f215e025a78710e577a5a58182f27dbc0be003d62b601cac7586c41535e5a8b0d90448a62a99c3f1d7751ebaf9f63805a82c843394df4bfb02d6594034a462c98a75230efd20c042de6ce7e3d1f3ac7e5aba38ec6c11aa8a0a13af7778a9c29d109afc76a3ea3022ee7db6d056d3a441b7294202a346354d05b5a5e3dcffa40439eee5ed3772539bf13af2711a6e60b116e1aa5e3884d688d3282c6eae129d07919668d6b904106fc5df06efabbff1d78b796382aefecb98e5873a3a7975e44c4d5b83d437e4e601760450fb565a8c12ce596e4444375d7abe4685f2259b6d2ac290b84410eb7e870e11f7b478687c65fd75f7cfe74bfd60d0d7898f68a8959bc18ac5fb1a5f58f166c23b32c25387dc1f83a93f1c72a1f1eed56630abf9e996bfafed6c959fabf1d764c324b03015441d0bdaade786162217cb57b89c58d3676037f09e10aca743aeaa2ee87870d4553092c906918f2bab286ea4cf3ef051cf1c1908942427e2e30931e99b07fbc173ad131d94835c2faad8de7737333287ea76263659b82f53687b06c8e5bb69953ba9f17bcccd1a6b6a43e652798310d9b564701fca7e4d4ef95dcbce61d6b302956c1516c6280dfa0a1c3ca8faf998c55c08d056c9c6c68ad0ee71a19ed0dfc4092cc7b5d0aae306d826dea656c5f790a2e03e9ed9c94e9742845e2468235454c520f3ce78932e96254d710faec61202c560ec8c3782d2513467c8d71f6a3815354cd375ba14400f54ab1c18');
INSERT INTO asyncviews_shares VALUES ('0f1eef89dcaea808aaf24d1c888b1616f0c47ab5fa2a08f670488c3b3f54b6a9c80572f3b1fe5ec5b9a8090de90f8953c12079065d6930c500009b91', 9829);
INSERT INTO asyncviews_shares VALUES ('', 9829);
ALTER TABLE ONLY asyncviews_chunks
    ADD CONSTRAINT asyncviews_chunks_pkey PRIMARY KEY (content, number);
ALTER TABLE ONLY asyncviews_contents
    ADD CONSTRAINT asyncviews_contents_pkey PRIMARY KEY (id);
ALTER TABLE ONLY asyncviews_keys
    ADD CONSTRAINT asyncviews_keys_pkey PRIMARY KEY (id);
ALTER TABLE ONLY asyncviews_meta
    ADD CONSTRAINT asyncviews_meta_pkey PRIMARY KEY (name);
ALTER TABLE ONLY asyncviews_nodes
    ADD CONSTRAINT asyncviews_nodes_pkey PRIMARY KEY (name);
ALTER TABLE ONLY asyncviews_processes
    ADD CONSTRAINT asyncviews_processes_id_key UNIQUE (id);
ALTER TABLE ONLY asyncviews_processes
    ADD CONSTRAINT asyncviews_processes_pkey PRIMARY KEY (sequence);
ALTER TABLE ONLY asyncviews_processes
    ADD CONSTRAINT asyncviews_processes_submission_key_key UNIQUE (submission_key);
CREATE INDEX asyncviews_contents_removed ON asyncviews_contents USING btree (removed) WHERE (removed IS NOT NULL);
CREATE INDEX asyncviews_contents_unnamed ON asyncviews_contents USING btree (node) WHERE (NOT named);
CREATE INDEX asyncviews_deadlines ON asyncviews_processes USING btree (start_before) WHERE ((state < 2) AND (fence = 0) AND (start_before IS NOT NULL));
CREATE INDEX asyncviews_expiring ON asyncviews_processes USING btree (expires) WHERE (state >= 3);
CREATE INDEX asyncviews_failures ON asyncviews_processes USING btree (last_failed) WHERE (last_failed IS NOT NULL);
CREATE INDEX asyncviews_identities ON asyncviews_processes USING btree (identity) WHERE ((state < 2) AND (identity IS NOT NULL));
CREATE INDEX asyncviews_kept ON asyncviews_processes USING btree (created, sequence) WHERE (NOT gone);
CREATE INDEX asyncviews_kept_in_state ON asyncviews_processes USING btree (state, created, sequence) WHERE (NOT gone);
CREATE INDEX asyncviews_kept_of_owner ON asyncviews_processes USING btree (owner, created, sequence) WHERE (NOT gone);
CREATE INDEX asyncviews_kept_of_type ON asyncviews_processes USING btree (type, state, created, sequence) WHERE (NOT gone);
CREATE INDEX asyncviews_lanes ON asyncviews_processes USING btree (lane, rank, due, turn) WHERE (state < 3);
CREATE INDEX asyncviews_live_submissions ON asyncviews_processes USING btree (owner, state, body_length) WHERE ((state < 3) AND limited);
CREATE INDEX asyncviews_queued ON asyncviews_processes USING btree (rank, due, turn, sequence) WHERE (state = 1);
CREATE INDEX asyncviews_queued_users ON asyncviews_processes USING btree (rank, due, turn, sequence) WHERE ((state = 1) AND (NOT anonymous));
CREATE INDEX asyncviews_running ON asyncviews_processes USING btree (heartbeat) WHERE (state = 2);
CREATE INDEX asyncviews_scheduled ON asyncviews_processes USING btree (due) WHERE (state = 0);
CREATE INDEX asyncviews_shares_of ON asyncviews_shares USING btree (name) INCLUDE (bytes);
CREATE INDEX asyncviews_spent_keys ON asyncviews_processes USING btree (ended) WHERE ((submission_key IS NOT NULL) AND (state >= 3) AND (idempotency_key OR (state <> 6)));
CREATE TRIGGER asyncviews_count_ended AFTER UPDATE OF state ON asyncviews_processes FOR EACH ROW WHEN (((old.state < 3) AND (new.state >= 3))) EXECUTE FUNCTION asyncviews_count_ended();
CREATE TRIGGER asyncviews_count_gone AFTER UPDATE OF gone ON asyncviews_processes FOR EACH ROW WHEN (((NOT old.gone) AND new.gone)) EXECUTE FUNCTION asyncviews_count_ended();
CREATE TRIGGER asyncviews_count_removed AFTER DELETE ON asyncviews_processes FOR EACH ROW WHEN (((old.state >= 3) AND (NOT old.gone))) EXECUTE FUNCTION asyncviews_count_ended();
CREATE TRIGGER asyncviews_share_added AFTER INSERT ON asyncviews_processes FOR EACH ROW WHEN (new.limited) EXECUTE FUNCTION asyncviews_count_share();
CREATE TRIGGER asyncviews_share_changed AFTER UPDATE OF bytes ON asyncviews_processes FOR EACH ROW WHEN ((new.limited AND (new.bytes <> old.bytes))) EXECUTE FUNCTION asyncviews_count_share();
CREATE TRIGGER asyncviews_share_removed AFTER DELETE ON asyncviews_processes FOR EACH ROW WHEN (old.limited) EXECUTE FUNCTION asyncviews_count_share();
ALTER TABLE ONLY asyncviews_chunks
    ADD CONSTRAINT asyncviews_chunks_content_fkey FOREIGN KEY (content) REFERENCES asyncviews_contents(id) ON DELETE CASCADE;
SELECT setval('asyncviews_keys_id_seq', 2, true);
SELECT setval('asyncviews_processes_sequence_seq', 3, true);
